using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// A history keeps of equal states that follow each other only the first. A partition that brings a state from before others have spoken last may put it between two of these, or in the place of that
/// first one: then the states of those others are made again with it, or what had nothing to say before would stay unsaid. These are partitions behind one that runs late, and partitions before one
/// whose states are older than its place. How far each has spoken the table keeps itself, beside the epochs.
/// </summary>
internal static class LateStates
{
    /// <summary>Whether a dataset keeps a history.</summary>
    public static bool Concern(Dataset dataset) => dataset.RowMerge.Mode == MergeMode.History;

    /// <summary>Later partitions that have been published, also those whose states made no row, in order.</summary>
    public static IReadOnlyList<PartitionKey> Later(PipelineSpec spec, Dataset dataset, PartitionKey partition, DeltaSnapshot head) =>
        [.. Numbers(spec, head, PrefixOf(spec, dataset)).Select(p => p.Key).Where(p => p.CompareTo(partition) > 0).Order()];

    /// <summary>Published partitions that have told states of a time at or behind a rank.</summary>
    public static IEnumerable<PartitionKey> Reaching(PipelineSpec spec, Dataset dataset, long rank, DeltaSnapshot head) =>
        Numbers(spec, head, NotePrefixOf(spec, dataset)).Where(p => p.Number >= rank).Select(p => p.Key);

    /// <summary>A number that grows with every publish of another partition.</summary>
    public static long Others(PipelineSpec spec, Dataset dataset, PartitionKey partition, DeltaSnapshot? head) =>
        head is null ? 0 : Numbers(spec, head, PrefixOf(spec, dataset)).Where(p => p.Key != partition).Sum(p => p.Number);

    /// <summary>What the table is to keep of how far partitions have spoken.</summary>
    public static IReadOnlyDictionary<string, long> Notes(PipelineSpec spec, Dataset dataset, StagedData staged) =>
        staged.Reach?.ToDictionary(r => NotePrefixOf(spec, dataset) + r.Key, r => r.Value.Last) ?? [];

    /// <summary>Why what was staged cannot be published any more; null when it can.</summary>
    public static string? Conflict(PipelineSpec spec, Dataset dataset, PartitionKey partition, StagedData staged, DeltaSnapshot head)
    {
        if (staged.Others is not { } seen || Others(spec, dataset, partition, head) == seen)
        {
            return null;
        }

        var behind = staged.Reach is { Count: > 0 } reach ? Reaching(spec, dataset, reach.Values.Min(r => r.First), head).Where(p => !reach.ContainsKey(p.Value)) : [];
        return Later(spec, dataset, partition, head).Concat(behind).FirstOrDefault() is { Value: not null } other ? $"'{dataset.Name}' has got states of other partitions, '{other}' among them" : null;
    }

    private static string PrefixOf(PipelineSpec spec, Dataset dataset) => PublishStep.AppIdOf(spec.Name, dataset.Name, "");

    /// <summary>No dataset has such a name.</summary>
    private static string NotePrefixOf(PipelineSpec spec, Dataset dataset) => PublishStep.AppIdOf(spec.Name, dataset.Name + "#told", "");

    private static IEnumerable<(PartitionKey Key, long Number)> Numbers(PipelineSpec spec, DeltaSnapshot head, string prefix)
    {
        foreach (var (app, (number, _)) in head.Transactions)
        {
            if (app.StartsWith(prefix, StringComparison.Ordinal) && spec.Partitioning.Calendar.TryParse(app[prefix.Length..], out var key))
            {
                yield return (key, number);
            }
        }
    }
}
