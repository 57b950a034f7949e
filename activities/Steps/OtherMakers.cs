using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// A table that two pipelines make would hold the rows of whichever ran last. Rows that are appended know their owner, so those may share a table; a pipeline that is no longer there, or that no longer
/// makes it, has left the table to this one.
/// </summary>
internal static class OtherMakers
{
    /// <summary>What a pipeline that makes a table which another one has published to is told; null for all others.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table.</param>
    /// <param name="pipelines">Where others are found.</param>
    /// <returns><see cref="ErrorTypes.OtherMaker"/>: names both.</returns>
    public static ApplicationFailureException? Refusal(PipelineSpec spec, Dataset dataset, DeltaSnapshot head, PipelineFolder pipelines) =>
        dataset.RowMerge.Mode != MergeMode.Append && Others(spec, dataset, head).FirstOrDefault(o => IsMadeBy(o, dataset, pipelines)) is { } other
            ? new ApplicationFailureException(
                $"'{dataset.Name}' is made by pipeline '{other}', which has published to it in this lake: expected one maker, seen '{other}' and '{spec.Name}'. Help: give one of the two another name, read the table as an input of '{other}', or use a lake of its own (--lake).",
                ErrorTypes.OtherMaker,
                nonRetryable: true)
            : null;

    /// <summary>Pipelines that are no longer there, or make the table no longer, and have published to one that this pipeline appends to: most likely itself under earlier names.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table.</param>
    /// <param name="pipelines">Where others are found.</param>
    public static IReadOnlyList<string> OlderNames(PipelineSpec spec, Dataset dataset, DeltaSnapshot head, PipelineFolder pipelines) =>
        dataset.RowMerge.Mode == MergeMode.Append ? [.. Others(spec, dataset, head).Where(o => !IsMadeBy(o, dataset, pipelines))] : [];

    /// <summary>What a pipeline is told that would append what one of an older name has; null for all others.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table.</param>
    /// <param name="olderNames">As <see cref="OlderNames"/> gives them.</param>
    /// <param name="lake">The lake, with what the others have read.</param>
    /// <param name="state">The partition and its files.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see cref="ErrorTypes.OtherMaker"/>: names both.</returns>
    public static async Task<ApplicationFailureException?> OlderNameAsync(
        PipelineSpec spec, Dataset dataset, DeltaSnapshot head, IReadOnlyList<string> olderNames, LakeRoot lake, PartitionState state, CancellationToken cancellationToken)
    {
        if (olderNames.Count == 0)
        {
            return null;
        }

        var value = PartitionValues.Of(spec, dataset, state.Partition);
        var rows = head.FilesOf(value);
        foreach (var other in olderNames.Where(o => rows.Any(f => StagedPublish.IsOwn(f, PublishStep.OwnerOf(o, dataset.Name)))))
        {
            if (await lake.ReadLedgerAsync(other, state.Partition.Value, cancellationToken) is { } last
                && (state.Inputs.Count == 0 ? last.Inputs.Count == 0 : last.Inputs.Any(i => state.Inputs.Any(s => s.Sha256 == i.Sha256))))
            {
                return new ApplicationFailureException(
                    $"'{dataset.Name}' has rows of partition '{state.Partition}' that pipeline '{other}' has appended from the same inputs, and which is no longer there: '{spec.Name}' would add them once more. "
                    + $"Help: if it is the same pipeline, give it its name back, or delete the rows that it has appended; otherwise give the table another name.",
                    ErrorTypes.OtherMaker,
                    nonRetryable: true);
            }
        }

        return null;
    }

    /// <summary>Pipelines of other names that have published to a table.</summary>
    private static IEnumerable<string> Others(PipelineSpec spec, Dataset dataset, DeltaSnapshot head) =>
        head.Transactions.Namespaces('/').Where(p => p != spec.Name && head.Transactions.StartingWith(PublishStep.AppIdOf(p, dataset.Name, "")).Any());

    private static bool IsMadeBy(string pipeline, Dataset dataset, PipelineFolder pipelines) => pipelines.Find(pipeline)?.Datasets.Any(d => d.Name == dataset.Name) == true;
}
