using System.Collections.Immutable;

namespace Lakehouse.Delta;

/// <summary>A table as one version has it; never changes.</summary>
public sealed record DeltaSnapshot
{
    /// <summary>Version of the table, from 0.</summary>
    public required long Version { get; init; }

    /// <summary>What readers and writers must know.</summary>
    public required ProtocolAction Protocol { get; init; }

    /// <summary>Schema and settings.</summary>
    public required MetadataAction Metadata { get; init; }

    /// <summary>Files of the table by path.</summary>
    public required ImmutableSortedDictionary<string, AddFile> Files { get; init; }

    /// <summary>For each application how far it has got, and the table version that said so.</summary>
    public required ImmutableDictionary<string, (long Version, long CommittedAt)> Transactions { get; init; }

    /// <summary>Settings of features by their domain; those that were removed are not there.</summary>
    public ImmutableDictionary<string, DomainMetadataAction> DomainMetadata { get; init; } = ImmutableDictionary<string, DomainMetadataAction>.Empty;

    /// <summary>Files of one value of the first partition column.</summary>
    public IEnumerable<AddFile> FilesOf(string partitionValue) => Files.Values.Where(f => PartitionOf(f) == partitionValue);

    /// <summary>Values of the first partition column that have a file, in ordinal order.</summary>
    public IReadOnlyList<string> Partitions() => [.. Files.Values.Select(PartitionOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Value of a file's first partition column; null for NULL or a table without partitions.</summary>
    public string? PartitionOf(AddFile file) =>
        Metadata.PartitionColumns is [var column, ..] ? file.PartitionValues.GetValueOrDefault(column) : null;
}
