using Lakehouse.Datasets;
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
    /// <exception cref="ApplicationFailureException"><see cref="ErrorTypes.OtherMaker"/>: names both.</exception>
    public static async Task RefuseAsync(PipelineSpec spec, PipelineFolder pipelines, LakeRoot lake, CancellationToken cancellationToken)
    {
        foreach (var dataset in spec.Datasets.Where(d => d.RowMerge.Mode != MergeMode.Append))
        {
            var publishers = (await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken))?.Transactions.Keys ?? [];
            var own = spec.Name + "/";
            var others = publishers.Where(p => !p.StartsWith(own, StringComparison.Ordinal)).Select(p => p.Split('/', 3)).Where(p => p.Length == 3 && p[1] == dataset.Name).Select(p => p[0]).Distinct(StringComparer.Ordinal);
            if (others.FirstOrDefault(o => pipelines.Find(o)?.Datasets.Any(d => d.Name == dataset.Name) == true) is { } other)
            {
                throw new ApplicationFailureException(
                    $"'{dataset.Name}' is made by pipeline '{other}', which has published to it in this lake: expected one maker, seen '{other}' and '{spec.Name}'. Help: give one of the two another name, read the table as an input of '{other}', or use a lake of its own (--lake).",
                    ErrorTypes.OtherMaker,
                    nonRetryable: true);
            }
        }
    }
}
