namespace Temporalio.Activities;

/// <summary>Why an activity's cancellation token fired.</summary>
public enum ActivityCancelReason
{
    /// <summary>It did not fire.</summary>
    None = 0,

    /// <summary>The server no longer knows the activity: it or its workflow is closed, or another attempt has begun.</summary>
    GoneFromServer = 1,

    /// <summary>The workflow or a user asked for it.</summary>
    CancelRequested = 2,

    /// <summary>One of the activity's time limits is exceeded.</summary>
    Timeout = 3,

    /// <summary>The worker is shutting down and the grace period is over.</summary>
    WorkerShutdown = 4,

    /// <summary>Heartbeat details could not be encoded.</summary>
    HeartbeatRecordFailure = 5,

    /// <summary>A user paused the activity.</summary>
    Paused = 6,

    /// <summary>A user reset the activity.</summary>
    Reset = 7,
}
