using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// A merge by key stands on what merges by the same key have left: rows that came in another way may hold a key twice or be no states, and would stay so however often they are merged into. How its rows
/// came last a table keeps itself, beside the epochs.
/// </summary>
internal static class OtherMerge
{
    /// <summary>What a pipeline that merges into rows which came in another way is told; null for all others. Partitions that are replaced whole may have come in any.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table.</param>
    /// <returns><see cref="ErrorTypes.OtherMerge"/>: names both ways.</returns>
    public static ApplicationFailureException? Refusal(PipelineSpec spec, Dataset dataset, DeltaSnapshot head)
    {
        if (head.Files.Count == 0 || dataset.RowMerge.Mode is MergeMode.Replace || Last(spec, dataset, head) is not { Way: var before }
            || before == WayOf(dataset.RowMerge) || (dataset.RowMerge.Mode is MergeMode.Append && before == Replaced))
        {
            return null;
        }

        return new ApplicationFailureException(
            $"The rows of table '{dataset.Name}' came by '{before}', and pipeline '{spec.Name}' says '{WayOf(dataset.RowMerge)}' now: a key could be there twice, or a state be missing. "
            + "Help: take back what changed of 'merge', 'key' or 'sequence_by', publish under a new dataset name, or remove the table and run all partitions again.",
            ErrorTypes.OtherMerge,
            nonRetryable: true);
    }

    /// <summary>What the table is to keep of how its rows come.</summary>
    public static KeyValuePair<string, long> Note(PipelineSpec spec, Dataset dataset, DeltaSnapshot? head)
    {
        var last = head is null ? null : Last(spec, dataset, head);
        var way = WayOf(dataset.RowMerge);
        return new(PrefixOf(spec, dataset) + way, last is null ? 1 : last.Value.Way == way ? last.Value.Number : last.Value.Number + 1);
    }

    private const string Replaced = "replace";

    private static string WayOf(RowMerge merge) => merge.Mode switch
    {
        MergeMode.Replace => Replaced,
        MergeMode.Append => "append",
        MergeMode.History => $"scd2 of {string.Join(", ", merge.Key)} by {merge.SequenceColumn}",
        _ => $"key {string.Join(", ", merge.Key)}",
    };

    /// <summary>The way with the highest number; null where the table keeps none.</summary>
    private static (string Way, long Number)? Last(PipelineSpec spec, Dataset dataset, DeltaSnapshot head)
    {
        var prefix = PrefixOf(spec, dataset);
        (string Way, long Number)[] ways = [.. head.Transactions.StartingWith(prefix).Select(t => (t.Key[prefix.Length..], t.Value.Version))];
        return ways.Length == 0 ? null : ways.MaxBy(w => w.Number);
    }

    /// <summary>No dataset has such a name.</summary>
    private static string PrefixOf(PipelineSpec spec, Dataset dataset) => PublishStep.AppIdOf(spec.Name, dataset.Name + "#merge", "");
}
