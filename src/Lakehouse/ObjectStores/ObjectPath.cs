namespace Lakehouse.ObjectStores;

/// <summary>What a path of an object store is.</summary>
public static class ObjectPath
{
    /// <summary>
    /// The order of listings: by Unicode code point, which is the order of the paths' UTF-8 bytes. Differs from .NET's ordinal order only for
    /// characters beyond U+FFFF.
    /// </summary>
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    /// <summary>The path, when it is one.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Checked(string path)
    {
        if (path.Length == 0 || path.Contains('\0') || path.Split('/').Any(p => p is "" or "." or ".."))
        {
            throw new ArgumentException($"'{path}' is not a path of an object store: expected parts joined by '/', none of them empty, '.' or '..'.", nameof(path));
        }

        return path;
    }

    /// <summary>The prefix of a listing, when it is one: empty, or parts of which only the last may be empty.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string CheckedPrefix(string prefix)
    {
        if (prefix.Length > 0 && prefix.TrimEnd('/') is var path && (path.Length < prefix.Length - 1 || path.Length == 0))
        {
            throw new ArgumentException($"'{prefix}' is not a prefix of paths of an object store: expected parts joined by '/'.", nameof(prefix));
        }

        return prefix.Length == 0 ? prefix : Checked(prefix.TrimEnd('/')) is var checkedPath && prefix[^1] == '/' ? checkedPath + "/" : checkedPath;
    }

    /// <summary>A folder that is not the store's root, ending in <c>/</c>.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string CheckedFolder(string folder) => folder.EndsWith('/')
        ? CheckedPrefix(folder)
        : throw new ArgumentException($"'{folder}' is not a folder of an object store: expected a path that ends in '/'.", nameof(folder));

    private static int Compare(string? left, string? right)
    {
        if (left is null || right is null)
        {
            return string.CompareOrdinal(left, right);
        }

        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            var (a, b) = (left[i], right[i]);
            if (a != b)
            {
                // A surrogate stands for a code point above every other char.
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a - b : char.IsSurrogate(a) ? 1 : -1;
            }
        }

        return left.Length - right.Length;
    }
}
