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
    /// <summary>Ends the run of a pipeline that makes a table which another one has published to.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table; null before there is one.</param>
    /// <param name="pipelines">Where others are found.</param>
    /// <exception cref="ApplicationFailureException"><see cref="ErrorTypes.OtherMaker"/>: names both.</exception>
    public static void Refuse(PipelineSpec spec, Dataset dataset, DeltaSnapshot? head, PipelineFolder pipelines)
    {
        if (head is null || dataset.RowMerge.Mode == MergeMode.Append)
        {
            return;
        }

        if (Others(spec, dataset, head).FirstOrDefault(o => IsMadeBy(o, dataset, pipelines)) is { } other)
        {
            throw new ApplicationFailureException(
                $"'{dataset.Name}' is made by pipeline '{other}', which has published to it in this lake: expected one maker, seen '{other}' and '{spec.Name}'. Help: give one of the two another name, read the table as an input of '{other}', or use a lake of its own (--lake).",
                ErrorTypes.OtherMaker,
                nonRetryable: true);
        }
    }

    /// <summary>Ends the run of a pipeline that would append what another one has, which is no longer there: most likely itself under its earlier name.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table; null before there is one.</param>
    /// <param name="pipelines">Where others are found.</param>
    /// <param name="lake">The lake, with what the other one has read.</param>
    /// <param name="state">The partition and its files.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApplicationFailureException"><see cref="ErrorTypes.OtherMaker"/>: names both.</exception>
    public static async Task RefuseOlderNameAsync(
        PipelineSpec spec, Dataset dataset, DeltaSnapshot? head, PipelineFolder pipelines, LakeRoot lake, PartitionState state, CancellationToken cancellationToken)
    {
        if (head is null || dataset.RowMerge.Mode != MergeMode.Append)
        {
            return;
        }

        var value = PartitionValues.Of(spec, dataset, state.Partition);
        var rows = head.FilesOf(p => p == value);
        foreach (var other in Others(spec, dataset, head).Where(o => rows.Any(f => StagedPublish.IsOwn(f, PublishStep.OwnerOf(o, dataset.Name))) && !IsMadeBy(o, dataset, pipelines)))
        {
            if (await lake.ReadLedgerAsync(other, state.Partition.Value, cancellationToken) is { } last
                && (state.Inputs.Count == 0 ? last.Inputs.Count == 0 : last.Inputs.Any(i => state.Inputs.Any(s => s.Sha256 == i.Sha256))))
            {
                throw new ApplicationFailureException(
                    $"'{dataset.Name}' has rows of partition '{state.Partition}' that pipeline '{other}' has appended from the same inputs, and which is no longer there: '{spec.Name}' would add them once more. "
                    + $"Help: if it is the same pipeline, give it its name back, or delete the rows that it has appended; otherwise give the table another name.",
                    ErrorTypes.OtherMaker,
                    nonRetryable: true);
            }
        }
    }

    /// <summary>Pipelines of other names that have published to a table.</summary>
    private static IEnumerable<string> Others(PipelineSpec spec, Dataset dataset, DeltaSnapshot head) =>
        head.Transactions.Keys.Select(p => p.Split('/', 3)).Where(p => p.Length == 3 && p[0] != spec.Name && p[1] == dataset.Name).Select(p => p[0]).Distinct(StringComparer.Ordinal);

    private static bool IsMadeBy(string pipeline, Dataset dataset, PipelineFolder pipelines) => pipelines.Find(pipeline)?.Datasets.Any(d => d.Name == dataset.Name) == true;
}
