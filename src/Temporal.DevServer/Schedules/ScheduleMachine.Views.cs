using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>What clients see of a schedule.</summary>
internal sealed partial class ScheduleMachine
{
    private const int DescribedActions = 10;
    private const int ListedActions = 5;
    private const int ListedSpecs = 10;

    /// <summary>
    /// The schedule as a description shows it. <paramref name="refreshWanted"/> asks for <see cref="Refresh"/> after the answer: a workflow has
    /// closed that the machine has not looked at.
    /// </summary>
    public (Schedule Schedule, ScheduleInfo Info, byte[] ConflictToken) Describe(out bool refreshWanted)
    {
        refreshWanted = Record.ClosedWorkflows.Count > 0;
        var info = Info.Clone();
        foreach (var closed in Record.ClosedWorkflows)
        {
            info.RunningWorkflows.Remove(info.RunningWorkflows.First(running => running.RunId == closed.FirstRunId));
        }

        info.BufferSize = Record.BufferedStarts.Count;
        info.FutureActionTimes.AddRange(FutureTimes(DescribedActions));
        return (Record.Schedule.Clone(), info, ScheduleToken.Write(Record.ConflictToken));
    }

    /// <summary>The schedule as a list shows it.</summary>
    public ScheduleListInfo ListInfo()
    {
        var spec = Record.Schedule.Spec.Clone();
        spec.TimezoneData = ByteString.Empty;
        Cut(spec.StructuredCalendar);
        Cut(spec.ExcludeStructuredCalendar);
        Cut(spec.Interval);
        return new ScheduleListInfo
        {
            Spec = spec,
            WorkflowType = Record.Schedule.Action.StartWorkflow?.WorkflowType,
            Notes = State.Notes,
            Paused = State.Paused,
            RecentActions = { Info.RecentActions.TakeLast(ListedActions).Select(action => action.Clone()) },
            FutureActionTimes = { FutureTimes(ListedActions) },
        };
    }

    /// <summary>The times that match between two, the first excluded and the second included, at most 1000.</summary>
    /// <exception cref="Spec.ScheduleSpecException">The exclusions leave nothing for too long.</exception>
    public IReadOnlyList<DateTime> MatchingTimes(DateTime after, DateTime until) => _spec.MatchingTimes(after, until, Seed);

    private List<Timestamp> FutureTimes(int most)
    {
        most = State.LimitedActions ? (int)Math.Clamp(State.RemainingActions, 0, most) : most;
        var times = new List<Timestamp>();
        for (var next = NextTime(Record.LastProcessedTime.ToDateTime()); next is { } due && times.Count < most; next = NextTime(due.Actual))
        {
            if (!(Info.UpdateTime?.ToDateTime() > due.Actual))
            {
                times.Add(Timestamp.FromDateTime(due.Actual));
            }
        }

        return times;
    }

    private static void Cut<T>(Google.Protobuf.Collections.RepeatedField<T> items)
    {
        while (items.Count > ListedSpecs)
        {
            items.RemoveAt(items.Count - 1);
        }
    }
}
