using System.Globalization;

namespace Lakehouse.Delta;

/// <summary>What was committed when, and tables as they were at a time.</summary>
public sealed partial class DeltaTable
{
    /// <summary>The commits that the log still has, newest first.</summary>
    /// <param name="limit">Most entries. Default: null, all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: there is no table.</exception>
    public async Task<IReadOnlyList<DeltaHistoryEntry>> HistoryAsync(int? limit = null, CancellationToken cancellationToken = default)
    {
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false) ?? throw Missing();
        var times = await CommitTimesAsync(head.Version, cancellationToken).ConfigureAwait(false);
        var entries = new List<DeltaHistoryEntry>();
        var since = InCommitSince(head);
        foreach (var window in times.Reverse().Take(limit ?? int.MaxValue).Chunk(Window))
        {
            entries.AddRange(await Task.WhenAll(window.Select(t => EntryAsync(t.Version, t.Time, since, cancellationToken))).ConfigureAwait(false));
        }

        return entries;
    }

    /// <summary>The newest version that had been committed at a time; the newest of all for a time after it.</summary>
    /// <exception cref="LakehouseException"><c>delta.version</c>: the time is before the oldest version that the log still has.</exception>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: there is no table.</exception>
    public async Task<DeltaSnapshot> AtAsync(DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false) ?? throw Missing();
        var times = await CommitTimesAsync(head.Version, cancellationToken).ConfigureAwait(false);
        var own = times.Where(t => InCommitSince(head) <= t.Version).ToArray();
        var version = await NewestOwnAsync(own, time, cancellationToken).ConfigureAwait(false)
            ?? times.Take(times.Count - own.Length).Where(t => t.Time <= time).Select(t => (long?)t.Version).LastOrDefault();
        return version is { } found
            ? await AtAsync(found, cancellationToken).ConfigureAwait(false)
            : throw new LakehouseException(
                "delta.version",
                $"Table '{Path}' has no version at {time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}: the oldest that its log has is version {(times.Count > 0 ? times[0].Version : head.Version)}"
                + $"{(times.Count > 0 ? " of " + times[0].Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : "")}. Help: older versions go when the log is cleaned; ask for a later time.");
    }

    /// <summary>Commits of versions with their times, oldest first.</summary>
    /// <exception cref="LakehouseException"><c>delta.version</c>: the log does not have all of them any more.</exception>
    internal async Task<IReadOnlyList<(DeltaCommit Commit, DateTimeOffset Time)>> TimedCommitsAsync(long from, long upTo, CancellationToken cancellationToken)
    {
        var since = InCommitSince(await AtAsync(upTo, cancellationToken).ConfigureAwait(false));
        var times = (await CommitTimesAsync(upTo, cancellationToken).ConfigureAwait(false)).Where(t => t.Version >= from).ToArray();
        if (times.Length == 0 || times[0].Version > from)
        {
            throw new LakehouseException(
                "delta.version",
                $"The log of table '{Path}' has {(times.Length == 0 ? "none of" : $"no commits before version {times[0].Version} of")} versions {from} to {upTo}. Help: older commits go when the log is cleaned; ask for later versions.");
        }

        var commits = new List<(DeltaCommit, DateTimeOffset)>();
        foreach (var window in times.Chunk(Window))
        {
            commits.AddRange(await Task.WhenAll(window.Select(t => TimedAsync(t.Version, t.Time, since, cancellationToken))).ConfigureAwait(false));
        }

        return commits;
    }

    private async Task<DeltaHistoryEntry> EntryAsync(long version, DateTimeOffset fileTime, long inCommitSince, CancellationToken cancellationToken)
    {
        var (commit, time) = await TimedAsync(version, fileTime, inCommitSince, cancellationToken).ConfigureAwait(false);
        return new DeltaHistoryEntry(version, time, commit.Info);
    }

    private async Task<(DeltaCommit Commit, DateTimeOffset Time)> TimedAsync(long version, DateTimeOffset fileTime, long inCommitSince, CancellationToken cancellationToken)
    {
        var commit = await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false) ?? throw Gap(version, null);
        return (commit, inCommitSince <= version && commit.InCommitTimestamp is { } stamp ? DateTimeOffset.FromUnixTimeMilliseconds(stamp) : fileTime);
    }

    /// <summary>First version whose commit tells its own time.</summary>
    private static long InCommitSince(DeltaSnapshot head)
    {
        var settings = head.Metadata.Configuration;
        var isOn = bool.TryParse(settings.GetValueOrDefault("delta.enableInCommitTimestamps"), out var set) && set;
        return !isOn ? long.MaxValue
            : long.TryParse(settings.GetValueOrDefault("delta.inCommitTimestampEnablementVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var since) ? since
            : 0;
    }

    /// <summary>Times of the commits' files; one that is not after its predecessor's counts as a millisecond after it.</summary>
    private async Task<IReadOnlyList<(long Version, DateTimeOffset Time)>> CommitTimesAsync(long upTo, CancellationToken cancellationToken)
    {
        var log = await ListLogAsync(null, upTo, cancellationToken).ConfigureAwait(false);
        var times = new List<(long Version, DateTimeOffset Time)>(log.Commits.Count);
        foreach (var (version, file) in log.Commits)
        {
            // Only what belongs together: a commit left over before a gap leads nowhere.
            if (times.Count > 0 && times[^1].Version != version - 1)
            {
                times.Clear();
            }

            var least = times.Count > 0 ? times[^1].Time.AddMilliseconds(1) : DateTimeOffset.MinValue;
            times.Add((version, file.ModifiedAt > least ? file.ModifiedAt : least));
        }

        return times;
    }

    /// <summary>Newest of the commits that tell their own time, which grows, at or before a time.</summary>
    private async Task<long?> NewestOwnAsync((long Version, DateTimeOffset Time)[] commits, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var (low, high) = (0, commits.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var commit = await ReadCommitAsync(commits[middle].Version, cancellationToken).ConfigureAwait(false);
            if (commit?.InCommitTimestamp is { } stamp && stamp > time.ToUnixTimeMilliseconds())
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low == 0 ? null : commits[low - 1].Version;
    }

    private LakehouseException Missing() => new("delta.missing", $"Table '{Path}' does not exist: expected version 0 of its log. Help: create it first.");
}
