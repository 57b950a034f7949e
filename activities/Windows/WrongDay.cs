using Lakehouse.Datasets;
using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Activities.Windows;

/// <summary>Looks whether rows belong to the partition that they were staged for, and whether it still takes any: what it finds is a broken rule, with an action of its own.</summary>
internal static class WrongDay
{
    /// <summary>What a broken rule of this kind leads to, by rule.</summary>
    public static IReadOnlyDictionary<string, GateAction> Actions(PipelineSpec spec) => new Dictionary<string, GateAction>
    {
        [GateRules.SameContent] = ActionOf(spec.WrongDay.SameContent),
        [GateRules.NoEvent] = ActionOf(spec.WrongDay.NoEvent),
        [GateRules.Sealed] = GateAction.Hold,
    };

    /// <summary>What a broken check leads to, as a run's plan has it.</summary>
    public static GateAction ActionOf(QualityAction action) => action switch
    {
        QualityAction.Publish => GateAction.Publish,
        QualityAction.Warn => GateAction.Warn,
        QualityAction.Hold => GateAction.Hold,
        _ => GateAction.Fail,
    };

    /// <summary>Adds what is wrong with staged rows of which no event lies in the run's partition.</summary>
    public static StagedData CheckEvents(PipelineSpec spec, Dataset dataset, PartitionKey partition, DatasetAttempt attempt, StagedData staged, CancellationToken cancellationToken)
    {
        if (spec.Lateness is not { } lateness || lateness.Dataset != dataset.Name || spec.WrongDay.NoEvent is QualityAction.Publish || staged.Counts.Published == 0)
        {
            return staged;
        }

        var column = SqlIdentifier.Quote(lateness.WatermarkColumn);
        var isInstant = dataset.Schema.Columns.First(c => c.ColumnName == lateness.WatermarkColumn).PhysicalType?.Contains("TZ", StringComparison.OrdinalIgnoreCase) == true
            || attempt.Connection.Describe("passing", cancellationToken).Any(c => c.Name == lateness.WatermarkColumn && c.Type == "TIMESTAMP WITH TIME ZONE");

        // Days and times without a zone are the partitioning's own.
        var (start, end) = isInstant
            ? (partition.Start.UtcDateTime, (partition.End + lateness.Allowed).UtcDateTime)
            : (spec.Partitioning.Calendar.LocalStart(partition), spec.Partitioning.Calendar.LocalStart(spec.Partitioning.Calendar.Next(partition)) + lateness.Allowed);
        string Bound(DateTime time) => isInstant ? FormattableString.Invariant($"TIMESTAMPTZ '{time:yyyy-MM-dd HH:mm:ss}+00'") : FormattableString.Invariant($"TIMESTAMP '{time:yyyy-MM-dd HH:mm:ss}'");
        var value = isInstant ? column : $"CAST({column} AS TIMESTAMP)";
        var seen = attempt.Connection.Query(
            $"SELECT count({column}), count(*) FILTER (WHERE {value} >= {Bound(start)} AND {value} < {Bound(end)}), min({column})::VARCHAR, max({column})::VARCHAR FROM passing "
            + $"WHERE {SqlIdentifier.Quote(dataset.PartitionColumn)} = {SqlIdentifier.Literal(PartitionValues.Of(spec, dataset, partition))}",
            null,
            cancellationToken).Rows[0];
        return seen[0] is long rows and > 0 && seen[1] is 0L
            ? With(
                staged,
                GateRules.NoEvent,
                rows,
                FormattableString.Invariant($"none of {rows} rows of '{dataset.Name}' happened in partition '{partition}': expected '{lateness.WatermarkColumn}' from {start:yyyy-MM-dd HH:mm} to {end:yyyy-MM-dd HH:mm}, seen {seen[2]} to {seen[3]}. Help: is it the file of another {spec.Partitioning.Unit.ToString().ToLowerInvariant()}?"))
            : staged;
    }

    /// <summary>Adds a broken rule to what is wrong with staged rows.</summary>
    public static StagedData With(StagedData staged, string rule, long offenders, string problem) => staged with
    {
        Rules = [.. staged.Rules, new RuleResult(rule, "error", offenders, false, true)],
        Broken = [.. staged.Broken, rule],
        Failure = staged.Failure is { } before ? $"{before}\n{rule}: {problem}" : $"{rule}: {problem}",
    };
}
