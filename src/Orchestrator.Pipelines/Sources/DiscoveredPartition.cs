using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Sources;

/// <summary>A partition for which a source has files.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Files">Absolute paths of its files, in ordinal order: the order in which they are loaded.</param>
public sealed record DiscoveredPartition(PartitionKey Partition, IReadOnlyList<string> Files);
