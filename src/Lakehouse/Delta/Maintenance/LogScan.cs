namespace Lakehouse.Delta.Maintenance;

/// <summary>The newest part of a log, read backwards: what its commits name, and what they removed.</summary>
internal sealed class LogScan
{
    /// <summary>Files named by any of the commits, as <see cref="NamedFiles"/> tells them.</summary>
    public HashSet<string> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>Files removed, or told of as changes, since the scan's time; versions that someone may still read need them.</summary>
    public HashSet<string> Recent { get; } = new(StringComparer.Ordinal);

    /// <summary>Newest version made before the scan's time; -1 when there is none.</summary>
    public long LastBefore { get; private set; } = -1;

    /// <summary>False when the log was cleaned up to a point after the scan's time, so that not all of it is known.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Reads commits from the newest back to the last one before a time.</summary>
    public static async Task<LogScan> SinceAsync(DeltaTable table, long head, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var scan = new LogScan();
        var milliseconds = since.ToUnixTimeMilliseconds();
        for (var version = head; version >= 0; version--)
        {
            if (await table.CommitOrNullAsync(version, cancellationToken).ConfigureAwait(false) is not { } commit)
            {
                scan.IsComplete = false;
                break;
            }

            var isBefore = (commit.InCommitTimestamp ?? (long?)commit.Info?["timestamp"]) is { } time && time < milliseconds;
            scan.Take(table.Path, commit, isBefore ? long.MaxValue : milliseconds);
            if (isBefore)
            {
                scan.LastBefore = version;
                break;
            }
        }

        return scan;
    }

    private void Take(string table, DeltaCommit commit, long since)
    {
        foreach (var action in commit.Actions)
        {
            string[] names = [.. NamedFiles.Of(action, table)];
            Named.UnionWith(names);
            if (action is RemoveFile removed ? removed.DeletionTimestamp >= since : action is CdcFile && since != long.MaxValue)
            {
                Recent.UnionWith(names);
            }
        }
    }
}
