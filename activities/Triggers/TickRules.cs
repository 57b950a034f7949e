using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Scheduling;

namespace Orchestrator.Activities.Triggers;

/// <summary>What a schedule's rules make of one time.</summary>
/// <param name="spec">The pipeline.</param>
public sealed class TickRules(PipelineSpec spec)
{
    /// <summary>What is due, and for what is left out the partitions that it would have been.</summary>
    public (TickDecision Decision, IReadOnlyList<string> LeftOut) Decide(DateTimeOffset nominal)
    {
        if (spec.Schedule is not { } schedule)
        {
            return (new TickDecision { Skipped = $"pipeline '{spec.Name}' has no schedule any more" }, []);
        }

        if (schedule.FiringAt(nominal) is { Count: > 0 } firing)
        {
            var due = PartitionsOf(schedule, firing);
            return (due.Count > 0 ? Due(schedule, due) : new TickDecision { Skipped = "its partition lies outside the pipeline's 'start' and 'end'" }, []);
        }

        var skipped = schedule.Times(nominal, nominal.AddTicks(1)).ToArray();
        if (skipped.Length > 0)
        {
            return (new TickDecision { Skipped = skipped[0].Skipped }, PartitionsOf(schedule, skipped));
        }

        // Temporal's calendars hold a few times more than the schedule; every other time is one that a person has chosen.
        return FiringTimes.Of(schedule).Holds(nominal)
            ? (new TickDecision { Skipped = "this is no time of the schedule: it is there for other days' clock changes and holidays" }, [])
            : (Due(schedule, [.. schedule.PartitionsAt(nominal, spec.Partitioning).Select(p => p.Value)]), []);
    }

    /// <summary>The partitions of times that fire together.</summary>
    private IReadOnlyList<string> PartitionsOf(ScheduleSpec schedule, IEnumerable<NominalTime> times) =>
        [.. times.SelectMany(t => schedule.PartitionsAt(t.Nominal, spec.Partitioning)).Distinct().Order().Select(p => p.Value)];

    private static TickDecision Due(ScheduleSpec schedule, IReadOnlyList<string> partitions) => new()
    {
        Partitions = partitions,
        Overlap = Enum.Parse<RunOverlap>(schedule.Overlap.ToString()),
        Punctual = schedule.Jitter + TimeSpan.FromMinutes(1),
        Skipped = partitions.Count == 0 ? "its partition lies outside the pipeline's 'start' and 'end'" : null,
    };
}
