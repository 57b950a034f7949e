using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
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

        var own = spec.Name + "/";
        var others = head.Transactions.Keys.Where(p => !p.StartsWith(own, StringComparison.Ordinal)).Select(p => p.Split('/', 3)).Where(p => p.Length == 3 && p[1] == dataset.Name).Select(p => p[0]).Distinct(StringComparer.Ordinal);
        if (others.FirstOrDefault(o => pipelines.Find(o)?.Datasets.Any(d => d.Name == dataset.Name) == true) is { } other)
        {
            throw new ApplicationFailureException(
                $"'{dataset.Name}' is made by pipeline '{other}', which has published to it in this lake: expected one maker, seen '{other}' and '{spec.Name}'. Help: give one of the two another name, read the table as an input of '{other}', or use a lake of its own (--lake).",
                ErrorTypes.OtherMaker,
                nonRetryable: true);
        }
    }
}
