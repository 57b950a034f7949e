using System.Globalization;
using System.Text;

namespace Lakehouse.Tables.Operations;

/// <summary>Folders of partitions, as Spark names them: nobody may read a value from them, but people and tools expect them.</summary>
internal static class PartitionPaths
{
    private const string Escaped = "\"#%'*/:=?\\{[]^\u007f";

    /// <summary>Stands for NULL in a folder's name.</summary>
    public const string Null = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>The folder of partition values, ending in <c>/</c>; empty without partitions.</summary>
    public static string Folder(IEnumerable<KeyValuePair<string, string?>> values) =>
        string.Concat(values.Select(v => $"{Escape(v.Key)}={(v.Value is { } value ? Escape(value) : Null)}/"));

    /// <summary>A path as the log writes it: each byte that is not plain percent-encoded.</summary>
    public static string Encode(string path) => string.Join('/', path.Split('/').Select(p => Uri.EscapeDataString(p).Replace("%3D", "=", StringComparison.Ordinal)));

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c < ' ' || Escaped.Contains(c))
            {
                escaped.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }
}
