using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <content>Deadlines that have come.</content>
internal sealed partial class RunTransition
{
    /// <summary>Handles everything due by now, in order. False when nothing was.</summary>
    public bool FireTimers()
    {
        var any = false;
        _holding = true;
        while (!State.Timers.IsEmpty && State.Timers[0] is var next && next.Due <= Now)
        {
            any = true;
            Fire(next);
            if (!State.Timers.IsEmpty && State.Timers[0] == next)
            {
                throw new InvalidOperationException($"Deadline {next.Kind}/{next.Id} of run '{State.RunId}' was handled and is still set.");
            }
        }

        _holding = false;
        if (any && State.WorkflowTask is not { IsStarted: true } && !Closed && FlushBuffered())
        {
            WakeWorkflow();
        }

        return any;
    }

    private void Fire(RunTimer timer)
    {
        switch (timer.Kind)
        {
            case RunTimerKind.FirstTaskBackoff:
                OnBackoffOver();
                break;
            case RunTimerKind.User:
                OnUserTimer(timer.Id);
                break;
            case RunTimerKind.Activity:
                OnActivityDeadline(timer.Id);
                break;
            case RunTimerKind.WorkflowTaskScheduleToStart:
                TimeOutWorkflowTask(TimeoutType.ScheduleToStart);
                break;
            case RunTimerKind.WorkflowTaskStartToClose:
                TimeOutWorkflowTask(TimeoutType.StartToClose);
                break;
            default:
                TimeOutRun();
                break;
        }
    }

    private void OnUserTimer(long startedEventId)
    {
        var timer = State.UserTimers.Values.First(t => t.StartedEventId == startedEventId);
        Receive(new HistoryEvent
        {
            EventType = EventType.TimerFired,
            TimerFiredEventAttributes = new() { TimerId = timer.TimerId, StartedEventId = timer.StartedEventId },
        });
        WakeWorkflow();
    }
}
