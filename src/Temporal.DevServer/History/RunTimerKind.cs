namespace Temporal.DevServer.History;

/// <summary>What a run waits for. Two deadlines at one instant are handled in this order.</summary>
internal enum RunTimerKind
{
    /// <summary>The first workflow task's backoff (start delay, cron, retry) is over.</summary>
    FirstTaskBackoff,

    /// <summary>A timer that the workflow started.</summary>
    User,

    /// <summary>The earliest deadline of one pending activity.</summary>
    Activity,

    /// <summary>A sticky or speculative workflow task that nobody took.</summary>
    WorkflowTaskScheduleToStart,

    /// <summary>A workflow task that was taken and not answered.</summary>
    WorkflowTaskStartToClose,

    /// <summary>The run's own time limit.</summary>
    RunTimeout,
}
