using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Graph;

/// <summary>Partitions of one dataset that a change upstream touches.</summary>
/// <param name="Dataset">The dataset that has to be made again.</param>
/// <param name="Partitions">Its touched partitions, in order of time, without gaps.</param>
public sealed record RestatedPartitions(string Dataset, IReadOnlyList<PartitionKey> Partitions);
