using System.Collections.Immutable;
using System.Globalization;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta;

/// <summary>
/// One Delta table of a store: snapshots from its log, commits to it. Knows no SQL engine. Safe for use by several threads; what others commit is
/// seen at the next <see cref="HeadAsync"/>.
/// </summary>
public sealed partial class DeltaTable
{
    /// <summary>Reader features that change nothing for a reader of plain files.</summary>
    private const int NewestReader = 1;

    private const int NewestWriter = 2;

    /// <summary>In place of the commit of a transaction that only a checkpoint tells of.</summary>
    private const long UnknownCommit = -1;

    private readonly ICheckpointReader? _checkpoints;
    private readonly IObjectStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private DeltaSnapshot? _head;

    /// <summary>Names a table; nothing is read yet.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="path">Its folder in the store.</param>
    /// <param name="time">Clock for the log's times; null for the system's.</param>
    /// <param name="checkpoints">Reads checkpoints, which are Parquet; null reads the log from version 0 only.</param>
    public DeltaTable(IObjectStore store, string path, TimeProvider? time = null, ICheckpointReader? checkpoints = null)
    {
        _checkpoints = checkpoints;
        _store = store;
        Path = path;
        _time = time ?? TimeProvider.System;
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
            return _head = await ForwardAsync(_head, long.MaxValue, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A given version.</summary>
    /// <exception cref="LakehouseException"><c>delta.version</c>: the table has no such version.</exception>
    public async Task<DeltaSnapshot> AtAsync(long version, CancellationToken cancellationToken = default)
    {
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head is null || version < 0 || version > head.Version)
        {
            throw new LakehouseException(
                "delta.version",
                $"Table '{Path}' has no version {version}: expected {(head is null ? "nothing, the table does not exist" : $"0 to {head.Version}")}. Help: leave the version out for the newest.");
        }

        return version == head.Version ? head : (await ForwardAsync(null, version, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Commits after one version, up to another, oldest first.</summary>
    public async Task<IReadOnlyList<DeltaCommit>> CommitsAsync(long after, long upTo, CancellationToken cancellationToken = default)
    {
        var commits = new List<DeltaCommit>();
        for (var version = after + 1; version <= upTo; version++)
        {
            commits.Add(await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false)
                ?? throw Gap(version));
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

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var commit = DeltaJson.Write(
        [
            new CommitInfoAction(InfoOf("CREATE TABLE", Guid.NewGuid().ToString(), [])),
            new ProtocolAction(NewestReader, NewestWriter, [], []),
            metadata with { CreatedTime = now },
        ]);

        // Another writer's version 0 is as good as ours: both made it from the same contract, and the head tells what it says.
        await _store.PutIfAbsentAsync(CommitPath(0), commit, cancellationToken).ConfigureAwait(false);
        return (await HeadAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<DeltaSnapshot?> ForwardAsync(DeltaSnapshot? from, long upTo, CancellationToken cancellationToken)
    {
        if (from is null)
        {
            return await LoadAsync(upTo, cancellationToken).ConfigureAwait(false);
        }

        var state = new Replay(from);
        await RollForwardAsync(state, upTo, cancellationToken).ConfigureAwait(false);
        return state.Version == from.Version ? from : state.Freeze(this);
    }

    private async Task RollForwardAsync(Replay state, long upTo, CancellationToken cancellationToken)
    {
        while (state.Version < upTo && await ReadCommitAsync(state.Version + 1, cancellationToken).ConfigureAwait(false) is { } next)
        {
            state.Apply(next);
        }
    }

    private async Task RefuseGapAsync(long last, long upTo, CancellationToken cancellationToken)
    {
        if (upTo != long.MaxValue)
        {
            return;
        }

        var later = await _store.ListAsync($"{Path}/_delta_log/", CommitPath(last), cancellationToken).ConfigureAwait(false);
        if (later.FirstOrDefault(o => LogName.CommitVersion(o.Path) is not null) is { } beyond && await _store.ReadAsync(CommitPath(last + 1), cancellationToken).ConfigureAwait(false) is null)
        {
            throw new LakehouseException("delta.corrupt", $"The log of table '{Path}' has '{beyond.Path}' but no version {last + 1}. Help: restore the missing file; rows after it cannot be trusted.");
        }
    }

    private async Task<DeltaCommit?> ReadCommitAsync(long version, CancellationToken cancellationToken)
    {
        var path = CommitPath(version);
        return await _store.ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } bytes
            ? new DeltaCommit(version, DeltaJson.Read(path, bytes))
            : null;
    }

    private LakehouseException Gap(long version) =>
        new("delta.corrupt", $"The log of table '{Path}' has no version {version}. Help: restore the missing file.");

    private string CommitPath(long version) => string.Create(CultureInfo.InvariantCulture, $"{Path}/_delta_log/{version:D20}.json");

    /// <summary>Replays commits into a snapshot.</summary>
    private sealed class Replay
    {
        private readonly ImmutableSortedDictionary<string, AddFile>.Builder _files;
        private readonly ImmutableDictionary<string, (long Version, long CommittedAt)>.Builder _transactions;
        private readonly ImmutableDictionary<string, DomainMetadataAction>.Builder _domains;
        private ProtocolAction? _protocol;
        private MetadataAction? _metadata;

        public Replay(DeltaSnapshot? from)
        {
            Version = from?.Version ?? -1;
            _files = (from?.Files ?? ImmutableSortedDictionary.Create<string, AddFile>(StringComparer.Ordinal)).ToBuilder();
            _transactions = (from?.Transactions ?? ImmutableDictionary.Create<string, (long, long)>(StringComparer.Ordinal)).ToBuilder();
            _domains = (from?.DomainMetadata ?? ImmutableDictionary<string, DomainMetadataAction>.Empty).ToBuilder();
            _protocol = from?.Protocol;
            _metadata = from?.Metadata;
        }

        public long Version { get; private set; }

        /// <summary>Applies a checkpoint: the whole state at its version. Which commit told of a transaction is not in it.</summary>
        public void Apply(long version, IReadOnlyList<DeltaAction> state) => Apply(version, state, UnknownCommit);

        public void Apply(DeltaCommit commit) => Apply(commit.Version, commit.Actions, commit.Version);

        private void Apply(long version, IReadOnlyList<DeltaAction> actions, long committedAt)
        {
            Version = version;
            foreach (var action in actions)
            {
                switch (action)
                {
                    case ProtocolAction protocol:
                        _protocol = protocol;
                        break;
                    case MetadataAction metadata:
                        _metadata = metadata;
                        break;
                    case AddFile add:
                        _files[Key(add.Path, add.DeletionVectorId)] = add;
                        break;
                    case RemoveFile remove:
                        _files.Remove(Key(remove.Path, remove.DeletionVectorId));
                        break;
                    case TransactionAction transaction:
                        _transactions[transaction.AppId] = (transaction.Version, committedAt);
                        break;
                    case DomainMetadataAction { Removed: true } domain:
                        _domains.Remove(domain.Domain);
                        break;
                    case DomainMetadataAction domain:
                        _domains[domain.Domain] = domain;
                        break;
                    default:
                        // commitInfo changes no state.
                        break;
                }
            }
        }

        private static string Key(string path, string? deletionVector) => deletionVector is null ? path : $"{path}\n{deletionVector}";

        public DeltaSnapshot Freeze(DeltaTable table)
        {
            if (_protocol is null || _metadata is null)
            {
                throw new LakehouseException("delta.corrupt", $"The log of table '{table.Path}' has no {(_protocol is null ? "protocol" : "metaData")} action up to version {Version}. Help: restore version 0.");
            }

            if (_protocol.MinReaderVersion > NewestReader)
            {
                var features = _protocol.ReaderFeatures.Count > 0 ? $" with features {string.Join(", ", _protocol.ReaderFeatures)}" : "";
                throw new LakehouseException("delta.unsupported", $"Table '{table.Path}' needs a reader of version {_protocol.MinReaderVersion}{features}; this one reads version {NewestReader}.");
            }

            if (_files.Values.FirstOrDefault(f => f.DeletionVectorId is not null) is { } hidden)
            {
                throw new LakehouseException("delta.unsupported", $"Table '{table.Path}': file '{hidden.Path}' has a deletion vector (feature deletionVectors), which is not supported yet. Help: rewrite the file, for example with REORG TABLE … APPLY (PURGE).");
            }

            return new DeltaSnapshot
            {
                Version = Version,
                Protocol = _protocol,
                Metadata = _metadata,
                Files = _files.ToImmutable(),
                Transactions = _transactions.ToImmutable(),
                DomainMetadata = _domains.ToImmutable(),
            };
        }
    }
}
