using System.Collections.Immutable;
using Lakehouse.Delta.Files;
using Lakehouse.Delta.Schema;

namespace Lakehouse.Delta;

/// <summary>A table as one version has it; never changes.</summary>
public sealed record DeltaSnapshot
{
    private string[]? _partitionKeys;

    /// <summary>Version of the table, from 0.</summary>
    public required long Version { get; init; }

    /// <summary>What readers and writers must know.</summary>
    public required ProtocolAction Protocol { get; init; }

    /// <summary>Schema and settings.</summary>
    public required MetadataAction Metadata { get; init; }

    /// <summary>Files of the table by path and deletion vector.</summary>
    public required DeltaFiles Files { get; init; }

    /// <summary>For each application how far it has got, and the table version that said so.</summary>
    public required TransactionVersions Transactions { get; init; }

    /// <summary>Settings of features by their domain; those that were removed are not there.</summary>
    public ImmutableDictionary<string, DomainMetadataAction> DomainMetadata { get; init; } = ImmutableDictionary<string, DomainMetadataAction>.Empty;

    /// <summary>How columns are found in the files.</summary>
    public ColumnMapping ColumnMapping => ReaderFeatures.MappingOf(Metadata.Name ?? Metadata.Id, Protocol, Metadata);

    /// <summary>The partition columns' names in <see cref="AddFile.PartitionValues"/>: with column mapping the physical ones.</summary>
    internal IReadOnlyList<string> PartitionKeys => _partitionKeys ??= ColumnMapping == ColumnMapping.None
        ? [.. Metadata.PartitionColumns]
        : [.. Metadata.PartitionColumns.Select(c => Schema().Fields.FirstOrDefault(f => string.Equals(f.Name, c, StringComparison.OrdinalIgnoreCase))?.PhysicalName ?? c)];

    /// <summary>The schema, read.</summary>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: the log's schema is none.</exception>
    public DeltaStruct Schema()
    {
        try
        {
            return DeltaStruct.Parse(Metadata.SchemaString);
        }
        catch (FormatException e)
        {
            throw new LakehouseException("delta.corrupt", $"The schema of table '{Metadata.Name ?? Metadata.Id}' at version {Version} cannot be read: {e.Message} Help: restore the commit that set it.", inner: e);
        }
    }

    /// <summary>Files of one value of the first partition column.</summary>
    public IReadOnlyList<AddFile> FilesOf(string partition) => FilesOf(partition, partition);

    /// <summary>Files of the values of the first partition column from one to another in ordinal order, both among them; none of a table without partitions, and none of NULL.</summary>
    public IReadOnlyList<AddFile> FilesOf(string from, string to) => PartitionKeys is [var column, ..] ? Files.Of(column, from, to) : [];

    /// <summary>Files of some values of the first partition column; none of a table without partitions, and none of NULL.</summary>
    public IReadOnlyList<AddFile> FilesOf(IReadOnlySet<string> partitions) => PartitionKeys is [var column, ..] ? Files.Of(column, partitions) : [];

    /// <summary>Those of some values of the first partition column that have a file, in ordinal order.</summary>
    public IReadOnlyList<string> PartitionsAmong(IReadOnlySet<string> partitions) => [.. FilesOf(partitions).Select(PartitionOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Values of the first partition column that have a file, in ordinal order.</summary>
    /// <param name="which">Which of them are wanted. Default: all.</param>
    public IReadOnlyList<string> Partitions(Func<string, bool>? which = null) =>
        PartitionKeys is [var column, ..]
            ? [.. Files.DistinctPartitions().Select(v => v.GetValueOrDefault(column)).OfType<string>().Where(which ?? (_ => true)).Distinct().Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Value of a file's first partition column; null for NULL or a table without partitions.</summary>
    public string? PartitionOf(AddFile file) =>
        PartitionKeys is [var column, ..] ? file.PartitionValues.GetValueOrDefault(column) : null;
}
