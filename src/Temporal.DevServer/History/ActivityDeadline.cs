namespace Temporal.DevServer.History;

/// <summary>Which limit of an activity comes next.</summary>
internal enum ActivityDeadline
{
    /// <summary>The backoff is over.</summary>
    NextAttempt,

    /// <summary>Nobody took the attempt in time.</summary>
    ScheduleToStart,

    /// <summary>The attempt took too long.</summary>
    StartToClose,

    /// <summary>The attempt went silent.</summary>
    Heartbeat,

    /// <summary>The activity as a whole took too long.</summary>
    ScheduleToClose,
}
