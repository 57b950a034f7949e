namespace Lakehouse.Delta;

/// <summary>Paths of the log: URIs, relative to the table's folder or absolute (PROTOCOL.md, "Add File and Remove File").</summary>
public static class DeltaPath
{
    /// <summary>Where a file of the log lies: its path in the store, or an absolute path of this machine when the log says so.</summary>
    /// <param name="tablePath">The table's folder in the store.</param>
    /// <param name="path">Path as the log has it.</param>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: an absolute path of another kind of store.</exception>
    public static string Resolve(string tablePath, string path)
    {
        if (path.StartsWith('/'))
        {
            return Uri.UnescapeDataString(path);
        }

        var scheme = SchemeEnd(path);
        return scheme < 0 ? (tablePath.Length == 0 ? "" : tablePath + "/") + Uri.UnescapeDataString(path)
            : path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? LocalPath(path["file:".Length..])
            : throw new LakehouseException("delta.unsupported", $"Table '{tablePath}' has the absolute path '{path}': only files of this machine ('file:') can be absolute. Help: copy the data into the table, for example with a deep clone.");
    }

    /// <summary>Whether a resolved path is one of this machine and not of the store.</summary>
    public static bool IsAbsolute(string resolved) => resolved.StartsWith('/');

    /// <summary>With or without an authority: <c>file:/a</c>, <c>file:///a</c>.</summary>
    private static string LocalPath(string rest) => "/" + Uri.UnescapeDataString(rest).TrimStart('/');

    /// <summary>A scheme is letters, digits, <c>+ - .</c> and a colon before any slash; a Windows drive is none.</summary>
    private static int SchemeEnd(string path)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && path.AsSpan(0, colon).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") < 0 && path.Length > colon + 1 && path[colon + 1] == '/'
            ? colon
            : -1;
    }
}
