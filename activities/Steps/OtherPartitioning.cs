using System.Globalization;
using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Models;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// A pipeline that cuts time in another way than before, by another unit or zone, would leave the rows of its old partitions beside those of the new ones: everything twice. Which partitions it has
/// published stands in its tables' logs.
/// </summary>
internal static class OtherPartitioning
{
    /// <summary>What a pipeline is told whose table has partitions that none of its runs would make again; null for all others.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset that it makes.</param>
    /// <param name="head">Its table.</param>
    /// <returns><see cref="ErrorTypes.OtherPartitioning"/>: names one of them.</returns>
    public static ApplicationFailureException? Refusal(PipelineSpec spec, Dataset dataset, DeltaSnapshot head)
    {
        if (head.Files.Count == 0 || (OtherName(spec, dataset, head) ?? OtherTime(spec, dataset, head)) is not { } other)
        {
            return null;
        }

        return new ApplicationFailureException(
            $"Table '{dataset.Name}' has partition '{other}' from when pipeline '{spec.Name}' was partitioned in another way: it is no {spec.Partitioning.Unit.ToString().ToLowerInvariant()} of zone '{spec.Partitioning.TimeZone}', and its rows would stay beside the new ones. "
            + "Help: take back what changed under 'partitioning', publish under a new dataset name, or remove the table and run all partitions again.",
            ErrorTypes.OtherPartitioning,
            nonRetryable: true);
    }

    /// <summary>A partition that was published under a name which is none now. Values that a list has lost are no other partitioning: their rows stay, as those of deleted files.</summary>
    private static string? OtherName(PipelineSpec spec, Dataset dataset, DeltaSnapshot head)
    {
        var own = PublishStep.AppIdOf(spec.Name, dataset.Name, "");
        string[] published = [.. head.Transactions.StartingWith(own).Select(t => t.Key[own.Length..])];
        var strangers = published.Where(p => !spec.Partitioning.Calendar.TryParse(p, out _)).Order(StringComparer.Ordinal);
        return spec.Partitioning.Unit is PartitionUnit.List && strangers.Count() < published.Length ? null : strangers.FirstOrDefault();
    }

    /// <summary>A time in the table's partition column at which none of the partitions begins.</summary>
    private static string? OtherTime(PipelineSpec spec, Dataset dataset, DeltaSnapshot head)
    {
        var calendar = spec.Partitioning.Calendar;
        if (!calendar.Unit.HasTime() || dataset.Schema.Columns.FirstOrDefault(c => c.ColumnName == dataset.PartitionColumn) is not { } column
            || ColumnTypes.Of(column).ToUpperInvariant() is not ("TIMESTAMPTZ" or "TIMESTAMP WITH TIME ZONE"))
        {
            return null;
        }

        var values = dataset.RowMerge.Mode is MergeMode.Append
            ? head.Files.Values.Where(f => StagedPublish.IsOwn(f, PublishStep.OwnerOf(spec.Name, dataset.Name))).Select(head.PartitionOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)
            : (IEnumerable<string>)head.Partitions();
        return values.FirstOrDefault(v => DateTimeOffset.TryParse(v, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && calendar.Containing(time).Start != time);
    }
}
