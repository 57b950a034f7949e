using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>An activity's four time limits after each has been brought in line with the others; zero is none.</summary>
internal readonly record struct ActivityTimeouts(TimeSpan ScheduleToClose, TimeSpan ScheduleToStart, TimeSpan StartToClose, TimeSpan Heartbeat)
{
    /// <summary>The limits in force; null when neither schedule-to-close nor start-to-close is given.</summary>
    public static ActivityTimeouts? Resolve(TimeSpan scheduleToClose, TimeSpan scheduleToStart, TimeSpan startToClose, TimeSpan heartbeat, TimeSpan run)
    {
        if (scheduleToClose > TimeSpan.Zero)
        {
            scheduleToStart = scheduleToStart == TimeSpan.Zero ? scheduleToClose : Min(scheduleToStart, scheduleToClose);
            startToClose = startToClose == TimeSpan.Zero ? scheduleToClose : Min(startToClose, scheduleToClose);
        }
        else if (startToClose > TimeSpan.Zero)
        {
            scheduleToClose = run;
            scheduleToStart = scheduleToStart == TimeSpan.Zero ? run : scheduleToStart;
        }
        else
        {
            return null;
        }

        if (run > TimeSpan.Zero)
        {
            scheduleToClose = Durations.Tighter(scheduleToClose, run);
            scheduleToStart = Durations.Tighter(scheduleToStart, run);
            startToClose = Min(startToClose, run);
        }

        return new(scheduleToClose, scheduleToStart, startToClose, Min(heartbeat, startToClose));
    }

    public void WriteTo(ActivityTaskScheduledEventAttributes attributes)
    {
        attributes.ScheduleToCloseTimeout = Durations.Wire(ScheduleToClose);
        attributes.ScheduleToStartTimeout = Durations.Wire(ScheduleToStart);
        attributes.StartToCloseTimeout = Durations.Wire(StartToClose);
        attributes.HeartbeatTimeout = Durations.Wire(Heartbeat);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
