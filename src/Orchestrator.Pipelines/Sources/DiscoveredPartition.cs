using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Sources;

/// <summary>A partition for which a source has files.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Files">Its files, in the order of their addresses: the order in which they are loaded.</param>
public sealed record DiscoveredPartition(PartitionKey Partition, List<FoundFile> Files);
