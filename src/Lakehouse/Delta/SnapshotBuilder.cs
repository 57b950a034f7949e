using System.Collections.Immutable;
using Lakehouse.Delta.Files;

namespace Lakehouse.Delta;

/// <summary>Replays a log into a snapshot, from an earlier one or from nothing.</summary>
internal sealed class SnapshotBuilder
{
    /// <summary>In place of the commit of a transaction that only a checkpoint tells of.</summary>
    public const long UnknownCommit = -1;

    private readonly string _table;
    private readonly DeltaFilesBuilder _files;
    private readonly TransactionVersions.Builder _transactions;
    private readonly ImmutableDictionary<string, DomainMetadataAction>.Builder _domains;
    private ProtocolAction? _protocol;
    private MetadataAction? _metadata;

    public SnapshotBuilder(string table, DeltaSnapshot? from)
    {
        _table = table;
        Version = from?.Version ?? -1;
        _files = new DeltaFilesBuilder(from?.Files);
        _transactions = (from?.Transactions ?? TransactionVersions.Empty).ToBuilder();
        _domains = (from?.DomainMetadata ?? ImmutableDictionary.Create<string, DomainMetadataAction>(StringComparer.Ordinal)).ToBuilder();
        _protocol = from?.Protocol;
        _metadata = from?.Metadata;
    }

    /// <summary>Version reached so far; -1 at the beginning.</summary>
    public long Version { get; private set; }

    /// <summary>Applies the actions of a commit.</summary>
    public void Apply(long version, IEnumerable<DeltaAction> actions)
    {
        foreach (var action in actions)
        {
            Apply(action, version);
        }

        Version = version;
    }

    /// <summary>A checkpoint, whose actions were all applied with <see cref="ApplyCheckpointed"/>, holds the state of this version.</summary>
    public void CheckpointEnds(long version) => Version = version;

    /// <summary>Applies an action of a checkpoint: which commit told of a transaction is not in it, and its removed files say what is not there.</summary>
    public void ApplyCheckpointed(DeltaAction action)
    {
        if (action is not RemoveFile)
        {
            Apply(action, UnknownCommit);
        }
    }

    /// <summary>The snapshot.</summary>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: no protocol or metadata; <c>delta.unsupported</c>: this reader must not read it.</exception>
    public DeltaSnapshot Build()
    {
        if (_protocol is null || _metadata is null)
        {
            throw new LakehouseException("delta.corrupt", $"The log of table '{_table}' has no {(_protocol is null ? "protocol" : "metaData")} action up to version {Version}. Help: restore version 0.");
        }

        ReaderFeatures.RefuseUnsupported(_table, _protocol, _metadata);
        if (_metadata.SchemaString.Length == 0)
        {
            throw new LakehouseException("delta.corrupt", $"The metaData of table '{_table}' at version {Version} has no 'schemaString'. Help: restore the commit that set it.");
        }

        return new DeltaSnapshot
        {
            Version = Version,
            Protocol = _protocol,
            Metadata = _metadata,
            Files = _files.Build(),
            Transactions = _transactions.ToImmutable(),
            DomainMetadata = _domains.ToImmutable(),
        };
    }

    private void Apply(DeltaAction action, long committedAt)
    {
        switch (action)
        {
            case AddFile add:
                _files.Add(add);
                break;
            case RemoveFile remove:
                _files.Remove(remove.Path, remove.DeletionVectorId);
                break;
            case ProtocolAction protocol:
                _protocol = protocol;
                break;
            case MetadataAction metadata:
                _metadata = metadata;
                break;
            case TransactionAction transaction:
                _transactions.Set(transaction.AppId, transaction.Version, committedAt);
                break;
            case DomainMetadataAction { Removed: true } domain:
                _domains.Remove(domain.Domain);
                break;
            case DomainMetadataAction domain:
                _domains[domain.Domain] = domain;
                break;
            default:
                // commitInfo and cdc change no state.
                break;
        }
    }
}
