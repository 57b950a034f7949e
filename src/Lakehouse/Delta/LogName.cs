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
    /// A checkpoint's file: classic <c>N.checkpoint.parquet</c>, part I of K <c>N.checkpoint.I.K.parquet</c>, or v2 <c>N.checkpoint.UUID.json</c> or
    /// <c>.parquet</c>; null for another name.
    /// </summary>
    public static CheckpointName? Checkpoint(string path)
    {
        var words = Last(path).Split('.');
        if (words.Length < 3 || words[1] != "checkpoint" || words[0].Length != Digits || Version(words[0]) is not { } version)
        {
            return null;
        }

        return words switch
        {
            [_, _, "parquet"] => new CheckpointName(version, 1, 1, null, IsJson: false),
            [_, _, { Length: 10 } part, { Length: 10 } parts, "parquet"]
                when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && int.TryParse(parts, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && i >= 1 && i <= k
                => new CheckpointName(version, i, k, null, IsJson: false),
            [_, _, var id, "parquet" or "json"] when Guid.TryParse(id, out _) => new CheckpointName(version, 1, 1, id, IsJson: words[3] == "json"),
            _ => null,
        };
    }

    private static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static long? Version(string name) =>
        name.Length >= Digits && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}

/// <summary>What a checkpoint file's name says.</summary>
/// <param name="Version">Version of the table it holds.</param>
/// <param name="Part">Its number, from 1.</param>
/// <param name="Parts">How many there are.</param>
/// <param name="Id">UUID of a v2 checkpoint; null for a classic one.</param>
/// <param name="IsJson">Whether it is JSON and not Parquet.</param>
internal sealed record CheckpointName(long Version, int Part, int Parts, string? Id, bool IsJson);
