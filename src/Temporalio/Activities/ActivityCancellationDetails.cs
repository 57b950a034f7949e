namespace Temporalio.Activities;

/// <summary>All that is known about why an activity's cancellation token fired; several may hold at once.</summary>
public class ActivityCancellationDetails
{
    /// <summary>The server no longer knows the activity.</summary>
    public bool IsGoneFromServer { get; init; }

    /// <summary>The workflow or a user asked for it.</summary>
    public bool IsCancelRequested { get; init; }

    /// <summary>One of the activity's time limits is exceeded.</summary>
    public bool IsTimedOut { get; init; }

    /// <summary>The worker is shutting down.</summary>
    public bool IsWorkerShutdown { get; init; }

    /// <summary>Heartbeat details could not be encoded.</summary>
    public bool IsHeartbeatRecordFailure { get; init; }

    /// <summary>A user paused the activity.</summary>
    public bool IsPaused { get; init; }

    /// <summary>A user reset the activity.</summary>
    public bool IsReset { get; init; }
}
