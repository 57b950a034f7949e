using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// A history keeps of equal states that follow each other only the first. A partition that runs behind later ones may put another state between them, or in the place of that first one: then the states
/// of the later partitions are made again with it, or those that had nothing to say before would stay unsaid.
/// </summary>
internal static class LateStates
{
    /// <summary>Whether a dataset keeps a history.</summary>
    public static bool Concern(Dataset dataset) => dataset.RowMerge.Mode == MergeMode.History;

    /// <summary>Later partitions that have been published, also those whose states made no row, in order.</summary>
    public static IReadOnlyList<PartitionKey> Later(PipelineSpec spec, Dataset dataset, PartitionKey partition, DeltaSnapshot head) =>
        [.. Published(spec, dataset, head).Select(p => p.Key).Where(p => p.CompareTo(partition) > 0).Order()];

    /// <summary>A number that grows with every publish of another partition.</summary>
    public static long Others(PipelineSpec spec, Dataset dataset, PartitionKey partition, DeltaSnapshot? head) =>
        head is null ? 0 : Published(spec, dataset, head).Where(p => p.Key != partition).Sum(p => p.Epoch);

    /// <summary>Why what was staged cannot be published any more; null when it can.</summary>
    public static string? Conflict(PipelineSpec spec, Dataset dataset, PartitionKey partition, StagedData staged, DeltaSnapshot head) =>
        staged.Others is { } seen && Others(spec, dataset, partition, head) != seen && Later(spec, dataset, partition, head) is [var later, ..]
            ? $"'{dataset.Name}' has got states of other partitions, '{later}' behind this one among them"
            : null;

    private static IEnumerable<(PartitionKey Key, long Epoch)> Published(PipelineSpec spec, Dataset dataset, DeltaSnapshot head)
    {
        var prefix = PublishStep.AppIdOf(spec.Name, dataset.Name, "");
        foreach (var (app, (epoch, _)) in head.Transactions)
        {
            if (app.StartsWith(prefix, StringComparison.Ordinal) && spec.Partitioning.Calendar.TryParse(app[prefix.Length..], out var key))
            {
                yield return (key, epoch);
            }
        }
    }
}
