using System.Globalization;

namespace Lakehouse.Delta;

/// <summary>Names of files in a table's log folder. Anything else that lies there is passed over.</summary>
internal static class LogName
{
    private const int Digits = 20;

    /// <summary>Version of <c>00000000000000000003.json</c>; null for another name.</summary>
    public static long? CommitVersion(string path)
    {
        var name = Last(path);
        return name.Length == Digits + ".json".Length && name.EndsWith(".json", StringComparison.Ordinal) ? Version(name) : null;
    }

    /// <summary>
    /// Version and part of a classic checkpoint's file, <c>N.checkpoint.parquet</c> or <c>N.checkpoint.I.K.parquet</c> (part I of K, from 1); null for another
    /// name, the UUID-named checkpoints of protocol 3 among them.
    /// </summary>
    public static (long Version, int Part, int Parts)? Checkpoint(string path)
    {
        var words = Last(path).Split('.');
        return words switch
        {
            [var version, "checkpoint", "parquet"] when Version(version) is { } v && version.Length == Digits => (v, 1, 1),
            [var version, "checkpoint", { Length: 10 } part, { Length: 10 } parts, "parquet"] when Version(version) is { } v && version.Length == Digits
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && int.TryParse(parts, NumberStyles.None, CultureInfo.InvariantCulture, out var k)
                && i >= 1 && i <= k => (v, i, k),
            _ => null,
        };
    }

    private static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static long? Version(string name) =>
        name.Length >= Digits && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
