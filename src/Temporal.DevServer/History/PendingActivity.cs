using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>An activity between its Scheduled event and its result. Attempts leave no event, so they live here.</summary>
internal sealed record PendingActivity
{
    public required long ScheduledEventId { get; init; }

    /// <summary>The scheduled event's attributes.</summary>
    public required ActivityTaskScheduledEventAttributes Scheduled { get; init; }

    /// <summary>What is in force: the scheduled attributes, or a changed copy.</summary>
    public required ActivityTaskScheduledEventAttributes Options { get; init; }

    public required DateTime ScheduledTime { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>When this attempt became ready; deadlines of waiting count from here.</summary>
    public required DateTime AttemptScheduledTime { get; init; }

    /// <summary>Set while the activity backs off before its next attempt.</summary>
    public DateTime? NextAttemptTime { get; init; }

    public DateTime? StartedTime { get; init; }

    public string StartedIdentity { get; init; } = "";

    public string StartRequestId { get; init; } = "";

    public string BuildId { get; init; } = "";

    public DateTime? LastHeartbeatTime { get; init; }

    public Payloads? HeartbeatDetails { get; init; }

    public Failure? LastFailure { get; init; }

    public string LastWorkerIdentity { get; init; } = "";

    public DateTime? LastAttemptCompleteTime { get; init; }

    /// <summary>0 until a cancel was requested.</summary>
    public long CancelRequestedEventId { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>Raised whenever a queued or handed-out task of the same attempt must no longer count.</summary>
    public int Stamp { get; init; }

    public ActivityPause? Pause { get; init; }

    /// <summary>The activity was reset while a worker had it, which the worker learns from its next heartbeat.</summary>
    public bool ResetRequested { get; init; }

    /// <summary>What the running attempt reports of its progress does not reach the next one.</summary>
    public bool ResetHeartbeats { get; init; }

    public bool IsStarted => StartedTime is not null;

    /// <summary>When schedule-to-close ends, or null without such a limit.</summary>
    public DateTime? Expiration =>
        Durations.Of(Options.ScheduleToCloseTimeout) is { Ticks: > 0 } limit ? Durations.After(ScheduledTime, limit) : null;

    /// <summary>The next thing to happen without a worker, with its reason.</summary>
    public (DateTime Due, ActivityDeadline What)? NextDeadline
    {
        get
        {
            if (Pause is not null)
            {
                return null; // the clocks stand still
            }

            (DateTime Due, ActivityDeadline What)? next = null;
            void Consider(DateTime? due, ActivityDeadline what)
            {
                if (due is { } at && (next is null || at < next.Value.Due))
                {
                    next = (at, what);
                }
            }

            if (StartedTime is { } started)
            {
                Consider(Limit(started, Options.StartToCloseTimeout), ActivityDeadline.StartToClose);
                var alive = LastHeartbeatTime is { } beat && beat > started ? beat : started;
                Consider(Limit(alive, Options.HeartbeatTimeout), ActivityDeadline.Heartbeat);
            }
            else if (NextAttemptTime is { } retry)
            {
                Consider(retry, ActivityDeadline.NextAttempt);
            }
            else
            {
                Consider(Limit(AttemptScheduledTime, Options.ScheduleToStartTimeout), ActivityDeadline.ScheduleToStart);
            }

            Consider(Expiration, ActivityDeadline.ScheduleToClose);
            return next;
        }
    }

    public RunTimer? Deadline => NextDeadline is { } next ? new RunTimer(next.Due, RunTimerKind.Activity, ScheduledEventId) : null;

    private static DateTime? Limit(DateTime from, Google.Protobuf.WellKnownTypes.Duration? limit) =>
        Durations.Of(limit) is { Ticks: > 0 } span ? Durations.After(from, span) : null;
}
