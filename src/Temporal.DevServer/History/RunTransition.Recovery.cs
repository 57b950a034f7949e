namespace Temporal.DevServer.History;

/// <content>Taking a run up again after a restart.</content>
internal sealed partial class RunTransition
{
    /// <summary>
    /// Offers what waits for a worker again. True when the state itself had to change: events were kept back for a speculative task that
    /// did not survive.
    /// </summary>
    public bool ResumeTasks()
    {
        foreach (var activity in State.Activities.Values.Where(a => a is { IsStarted: false, Pause: null, NextAttemptTime: null }))
        {
            DispatchActivity(activity);
        }

        if (State.WorkflowTask is { IsStarted: false })
        {
            DispatchWorkflowTask();
        }

        if (State.WorkflowTask is null && FlushBuffered())
        {
            WakeWorkflow();
            return true;
        }

        return false;
    }

    /// <summary>A history that outgrew its limit ends the run.</summary>
    public void CheckHistorySize()
    {
        if (Closed)
        {
            return;
        }

        var reason = State.LastEventId > Limits.HistoryEvents ? "Workflow history count exceeds limit."
            : State.HistorySizeBytes > Limits.HistoryBytes ? "Workflow history size exceeds limit."
            : null;
        if (reason is not null)
        {
            throw new HistoryLimitException(reason);
        }
    }
}
