using System.Globalization;
using Lakehouse.Delta.Transactions;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta;

/// <summary>
/// One Delta table of a store: snapshots from its log, commits to it. Knows no SQL engine. Safe for use by several threads; what others commit is
/// seen at the next <see cref="HeadAsync"/>.
/// </summary>
public sealed partial class DeltaTable
{
    /// <summary>Reader and writer version of a table that is made here.</summary>
    private const int NewestReader = 1;

    private const int NewestWriter = 2;

    /// <summary>In place of the commit of a transaction that only a checkpoint tells of.</summary>
    private const long UnknownCommit = SnapshotBuilder.UnknownCommit;

    private readonly ICheckpointReader? _checkpoints;
    private readonly ICheckpointWriter? _checkpointWriter;
    private readonly IObjectStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly RecentCommits _recent = new();
    private DeltaSnapshot? _head;

    /// <summary>Identity of the head's commit, empty where only a checkpoint is left of it; null without a head.</summary>
    private string? _mark;

    /// <summary>Names a table; nothing is read yet.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="path">Its folder in the store.</param>
    /// <param name="time">Clock for the log's times; null for the system's.</param>
    /// <param name="checkpoints">Reads checkpoints, which are Parquet; null reads the log from version 0 only.</param>
    /// <param name="checkpointWriter">Writes a checkpoint every so many commits; null writes none.</param>
    public DeltaTable(IObjectStore store, string path, TimeProvider? time = null, ICheckpointReader? checkpoints = null, ICheckpointWriter? checkpointWriter = null)
    {
        _checkpointWriter = checkpointWriter;
        _checkpoints = checkpoints;
        _store = store;
        Path = path;
        _time = time ?? TimeProvider.System;
        Queue = new CommitQueue(this);
    }

    /// <summary>The table's folder in the store.</summary>
    public string Path { get; }

    /// <summary>The newest version.</summary>
    /// <returns>Null when there is no table.</returns>
    public async Task<DeltaSnapshot?> HeadAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _head = _head is { } known
                ? await RefreshAsync(known, cancellationToken).ConfigureAwait(false)
                : await LoadHeadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A given version; read from the log unless it is the newest, whatever the state of later versions.</summary>
    /// <exception cref="LakehouseException"><c>delta.version</c>: the table has no such version, or it can no longer be rebuilt.</exception>
    public async Task<DeltaSnapshot> AtAsync(long version, CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _head) is { } known)
        {
            var head = known.Version < version ? await HeadAsync(cancellationToken).ConfigureAwait(false) : known;
            if (head?.Version == version)
            {
                return head;
            }
        }

        return version < 0 ? throw NoVersion(version, (await HeadAsync(cancellationToken).ConfigureAwait(false))?.Version)
            : await LoadAsync(version, cancellationToken).ConfigureAwait(false) ?? throw NoVersion(version, null);
    }

    /// <summary>Commits after one version, up to another, oldest first.</summary>
    public async Task<IReadOnlyList<DeltaCommit>> CommitsAsync(long after, long upTo, CancellationToken cancellationToken = default)
    {
        var commits = new List<DeltaCommit>();
        for (var version = after + 1; version <= upTo; version++)
        {
            commits.Add(await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false)
                ?? throw Gap(version, null));
        }

        return commits;
    }

    /// <summary>Makes version 0 when there is no table; otherwise nothing.</summary>
    /// <param name="metadata">Schema and settings of a new table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The newest version.</returns>
    public async Task<DeltaSnapshot> CreateIfAbsentAsync(MetadataAction metadata, CancellationToken cancellationToken = default)
    {
        if (await HeadAsync(cancellationToken).ConfigureAwait(false) is { } head)
        {
            return head;
        }

        var protocol = ProtocolUpgrade.ForConfiguration(Path, new ProtocolAction(NewestReader, NewestWriter, [], []), metadata.Configuration);
        var time = CommitInfo.TimeOf(metadata, Now, null);
        var commit = DeltaJson.Write(
        [
            new CommitInfoAction(CommitInfo.Of(new CommitDescription { Operation = "CREATE TABLE" }, Now, time, isBlindAppend: false)),
            protocol,
            metadata with { CreatedTime = Now },
        ]);

        // Another writer's version 0 is as good as ours: both made it from the same contract, and the head tells what it says.
        await _store.PutIfAbsentAsync(CommitPath(0), commit, cancellationToken).ConfigureAwait(false);
        return (await HeadAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>
    /// What was committed after a known version: asked for one by one, for most often there is none. The known version is looked at too: where the log was deleted,
    /// or another one put in its place, nothing that is known of it holds, and a commit behind it would leave a gap.
    /// </summary>
    private async Task<DeltaSnapshot?> RefreshAsync(DeltaSnapshot known, CancellationToken cancellationToken)
    {
        var (looking, reading) = (MarkAsync(known.Version, cancellationToken), ActionsAsync(known.Version + 1, cancellationToken));
        await Task.WhenAll(looking, reading).ConfigureAwait(false);
        if (await looking.ConfigureAwait(false) != _mark)
        {
            _recent.Clear();
            return await LoadHeadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (await reading.ConfigureAwait(false) is not { } actions)
        {
            return known;
        }

        var state = new SnapshotBuilder(Path, known);
        state.Apply(known.Version + 1, actions);
        while (await ActionsAsync(state.Version + 1, cancellationToken).ConfigureAwait(false) is { } more)
        {
            state.Apply(state.Version + 1, more);
        }

        _mark = await MarkAsync(state.Version, cancellationToken).ConfigureAwait(false);
        return state.Build();
    }

    private async Task<DeltaSnapshot?> LoadHeadAsync(CancellationToken cancellationToken)
    {
        var head = await LoadAsync(long.MaxValue, cancellationToken).ConfigureAwait(false);
        _mark = head is null ? null : await MarkAsync(head.Version, cancellationToken).ConfigureAwait(false);
        return head;
    }

    private async Task<string> MarkAsync(long version, CancellationToken cancellationToken) =>
        (await _store.HeadAsync(CommitPath(version), cancellationToken).ConfigureAwait(false))?.ETag ?? "";

    /// <summary>Actions of a commit that make the table's state; those that this object has made or met lately need no look at the store.</summary>
    private async Task<IReadOnlyList<DeltaAction>?> ActionsAsync(long version, CancellationToken cancellationToken) =>
        _recent.Find(version)?.Actions ?? await ReadStateOrNullAsync(version, cancellationToken).ConfigureAwait(false);

    private async Task<DeltaCommit?> ReadCommitAsync(long version, CancellationToken cancellationToken)
    {
        var path = CommitPath(version);
        return await _store.ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } bytes
            ? new DeltaCommit(version, DeltaJson.Read(path, bytes))
            : null;
    }

    private string CommitPath(long version) => string.Create(CultureInfo.InvariantCulture, $"{LogFolder}{version:D20}.json");
}
