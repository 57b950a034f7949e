namespace Lakehouse.Delta.Maintenance;

/// <summary>Takes commits away that no version needs which is still to be read.</summary>
public static class LogCleanup
{
    private static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(30);

    /// <summary>
    /// Deletes commits and checkpoints older than the log's retention, as far as a complete checkpoint stands for them. The checkpoint, the commit of its
    /// version and everything newer stay; so does all that a pinned version needs. Older versions can no longer be read.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="retention">How old a commit must be. Default: null, the table's <c>delta.logRetentionDuration</c>, else 30 days.</param>
    /// <param name="cancellationToken">Gives up; the log can be read at any point.</param>
    /// <returns>Log files deleted.</returns>
    public static async Task<int> CleanLogAsync(this DeltaTable table, TimeSpan? retention = null, CancellationToken cancellationToken = default)
    {
        var head = (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
        var keep = retention ?? (head.Metadata.Configuration.TryGetValue("delta.logRetentionDuration", out var text) ? DeltaInterval.Parse(text) : DefaultRetention);
        var before = table.Time.GetUtcNow() - keep;
        var pins = await TableMarks.ReadAsync(table, "pins", cancellationToken).ConfigureAwait(false);
        var oldestPin = pins.Values.Where(p => p.Holds).Select(p => p.Mark.Version!.Value).DefaultIfEmpty(long.MaxValue).Min();

        var entries = new List<(string Path, long Version, bool IsCommit, DateTimeOffset At)>();
        var parts = new Dictionary<(long Version, int Parts), int>();
        await foreach (var entry in table.Store.EnumerateAsync($"{table.Path}/_delta_log/", null, cancellationToken).ConfigureAwait(false))
        {
            if (LogName.CommitVersion(entry.Path) is { } commit)
            {
                entries.Add((entry.Path, commit, true, entry.ModifiedAt));
            }
            else if (LogName.Checkpoint(entry.Path) is { } checkpoint)
            {
                entries.Add((entry.Path, checkpoint.Version, false, entry.ModifiedAt));
                var key = (checkpoint.Version, checkpoint.Parts);
                parts[key] = parts.GetValueOrDefault(key) + 1;
            }
            else if (entry.Path.EndsWith(".crc", StringComparison.Ordinal) && LogName.CommitVersion(entry.Path[..^".crc".Length] + ".json") is { } checksum)
            {
                entries.Add((entry.Path, checksum, false, entry.ModifiedAt));
            }
        }

        // Versions made before the retention began end with the last of them, which is still readable.
        var last = entries.Where(e => e.IsCommit && e.At < before).Select(e => e.Version).DefaultIfEmpty(-1).Max();
        var from = parts.Where(p => p.Value >= p.Key.Parts && p.Key.Version <= Math.Min(last, oldestPin)).Select(p => p.Key.Version).DefaultIfEmpty(-1).Max();
        string[] doomed = [.. entries.Where(e => e.Version < from).OrderBy(e => e.Version).Select(e => e.Path)];

        // Oldest first, one by one: whatever is left when the process dies has no gap.
        foreach (var path in doomed)
        {
            await table.Store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            FailPoint.Hit("log-cleanup.after-delete");
        }

        return doomed.Length;
    }
}
