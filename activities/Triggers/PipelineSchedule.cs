using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Scheduling;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Spec = Orchestrator.Pipelines.Scheduling.ScheduleSpec;

namespace Orchestrator.Activities.Triggers;

/// <summary>
/// A pipeline's schedule as a Temporal schedule: its times, catch-up window and jitter; it starts a <c>PipelineTick</c>, and what that finds due is judged by the pipeline's own
/// rules for holidays, clock changes and overlap. Ticks are short, hence they may overlap.
/// </summary>
public static class PipelineSchedule
{
    /// <summary>The Temporal schedule of a pipeline.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="taskQueue">Queue of its workers.</param>
    /// <exception cref="ArgumentException">The pipeline has no schedule.</exception>
    public static Schedule Of(PipelineSpec spec, string taskQueue)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var schedule = spec.Schedule ?? throw new ArgumentException($"Pipeline '{spec.Name}' has no schedule.", nameof(spec));
        var times = FiringTimes.Of(schedule);
        var action = ScheduleActionStartWorkflow.Create(
            "PipelineTick",
            [new TickRequest(spec.Name)],
            new WorkflowOptions(TickRequest.WorkflowId(spec.Name), taskQueue) { StaticSummary = $"schedule of {spec.Name}: {Words(schedule)}" });
        return new Schedule(
            action,
            new()
            {
                Calendars = [.. times.Calendars.Select(c => CalendarOf(c, Words(schedule)))],
                TimeZoneName = times.TimeZone,
                Jitter = schedule.Jitter > TimeSpan.Zero ? schedule.Jitter : null,
            })
        {
            Policy = new() { Overlap = ScheduleOverlapPolicy.AllowAll, CatchupWindow = schedule.CatchUp },
            State = new() { Paused = schedule.Paused, Note = schedule.Paused ? "begins paused (schedule.paused)" : null },
        };
    }

    /// <summary>Times in a few words: the cron expression and its zone.</summary>
    public static string Words(Spec schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return $"{schedule.Cron} {schedule.TimeZone.Id}";
    }

    /// <summary>What differs between two schedules besides being paused: <c>times</c>, <c>jitter</c>, <c>catch-up</c>, <c>overlap</c>, <c>action</c>; empty when nothing does.</summary>
    public static IReadOnlyList<string> Differences(Schedule wanted, Schedule found)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(found);
        var (a, b) = (Parts(wanted), Parts(found));
        return [.. a.Where(p => b[p.Key] != p.Value).Select(p => p.Key)];
    }

    /// <summary>A server writes ranges its own way: what they hold is compared.</summary>
    private static Dictionary<string, string> Parts(Schedule schedule)
    {
        var (spec, action) = (schedule.Spec, (ScheduleActionStartWorkflow)schedule.Action);
        return new Dictionary<string, string>
        {
            ["times"] = $"{spec.TimeZoneName ?? "UTC"}|{string.Join('|', spec.Calendars.Select(CalendarText).Order(StringComparer.Ordinal))}|{spec.Intervals.Count + spec.CronExpressions.Count + spec.Skip.Count}",
            ["jitter"] = (spec.Jitter ?? TimeSpan.Zero).ToString("c", CultureInfo.InvariantCulture),
            // A server makes a shorter window one of ten seconds.
            ["catch-up"] = TimeSpan.FromTicks(Math.Max(schedule.Policy.CatchupWindow.Ticks, TimeSpan.TicksPerSecond * 10)).ToString("c", CultureInfo.InvariantCulture),
            ["overlap"] = (schedule.Policy.Overlap is ScheduleOverlapPolicy.Unspecified ? ScheduleOverlapPolicy.Skip : schedule.Policy.Overlap).ToString(),
            ["action"] = $"{action.Workflow}|{action.Options.Id}|{action.Options.TaskQueue}|{action.Options.StaticSummary}",
        };
    }

    private static string CalendarText(ScheduleCalendarSpec calendar) => string.Join(
        ';',
        new[] { calendar.Second, calendar.Minute, calendar.Hour, calendar.DayOfMonth, calendar.Month, calendar.Year, calendar.DayOfWeek }
            .Select(ranges => string.Join(',', ranges.SelectMany(Values).Order()))) + ";" + calendar.Comment;

    private static IEnumerable<int> Values(ScheduleRange range)
    {
        for (var value = range.Start; value <= Math.Max(range.End, range.Start); value += Math.Max(range.Step, 1))
        {
            yield return value;
        }
    }

    private static ScheduleCalendarSpec CalendarOf(FiringCalendar calendar, string comment) => new()
    {
        Minute = Ranges(calendar.Minutes),
        Hour = Ranges(calendar.Hours),
        DayOfMonth = Ranges(calendar.Days),
        Month = Ranges(calendar.Months),
        DayOfWeek = Ranges(calendar.Weekdays),
        Comment = comment,
    };

    /// <summary>Numbers as few ranges.</summary>
    private static List<ScheduleRange> Ranges(IReadOnlyList<int> numbers)
    {
        var ranges = new List<ScheduleRange>();
        foreach (var number in numbers.Order())
        {
            if (ranges.Count > 0 && ranges[^1].End == number - 1)
            {
                ranges[^1] = ranges[^1] with { End = number };
            }
            else
            {
                ranges.Add(new ScheduleRange(number, number));
            }
        }

        return ranges;
    }
}
