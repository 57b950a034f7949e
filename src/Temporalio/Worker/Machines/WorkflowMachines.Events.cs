using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Worker.Activations;
using static Temporalio.Worker.Activations.ActivationJob;

namespace Temporalio.Worker.Machines;

/// <content>History in: what each event means for the run.</content>
internal sealed partial class WorkflowMachines
{
    private readonly Dictionary<long, CommandMachine> _byEvent = [];

    private void ApplyEvent(HistoryEvent e, int index)
    {
        CheckContiguous(e);
        if (HistoryChunker.IsCommandEvent(e.EventType))
        {
            ApplyCommandEvent(e, index);
            _closed = HistoryChunker.IsFinal(e.EventType);
            return;
        }

        CheckNothingMissing(e);
        switch (e.EventType)
        {
            case EventType.WorkflowExecutionStarted:
                _started = e;
                break;
            case EventType.WorkflowTaskCompleted:
                _awaitingCommandEvents = true;
                _anyTaskCompleted = true;
                break;
            case EventType.WorkflowTaskFailed when e.WorkflowTaskFailedEventAttributes.Cause == WorkflowTaskFailedCause.ResetWorkflow:
                _jobs.Add(new UpdateRandomSeed(RandomSeed.Of(e.WorkflowTaskFailedEventAttributes.NewRunId)));
                break;
            case EventType.WorkflowExecutionSignaled:
                _jobs.Add(new Signal(e.WorkflowExecutionSignaledEventAttributes));
                break;
            case EventType.WorkflowExecutionCancelRequested:
                _jobs.Add(new Cancel(e.WorkflowExecutionCancelRequestedEventAttributes.Cause));
                break;
            case EventType.WorkflowExecutionUpdateAdmitted:
                var request = e.WorkflowExecutionUpdateAdmittedEventAttributes.Request;
                _admittedUpdates[request.Meta.UpdateId] = request;
                break;
            case EventType.WorkflowExecutionTimedOut or EventType.WorkflowExecutionTerminated:
                _closed = true;
                break;
            case EventType.TimerFired:
                var timer = Initiator<CommandMachine.Timer>(e, e.TimerFiredEventAttributes.StartedEventId, ends: true);
                _timers.Remove(timer.Seq);
                Resolve(timer, new FireTimer(timer.Seq));
                break;
            default:
                if (!TryApplyActivityEvent(e) && !TryApplyChildEvent(e) && !TryApplyExternalEvent(e) && !IsWithoutEffect(e))
                {
                    throw Nondeterminism.Broken(e, "this kind of event is not known here and may not be skipped");
                }

                break;
        }
    }

    private static bool IsWithoutEffect(HistoryEvent e) => e.WorkerMayIgnore || e.EventType is
        EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted or EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut
        or EventType.ActivityTaskStarted or EventType.WorkflowExecutionOptionsUpdated or EventType.ActivityPropertiesModifiedExternally
        or EventType.WorkflowPropertiesModifiedExternally or EventType.WorkflowExecutionPaused or EventType.WorkflowExecutionUnpaused;

    private bool TryApplyActivityEvent(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.ActivityTaskCompleted:
                var completed = e.ActivityTaskCompletedEventAttributes;
                EndActivity(e, completed.ScheduledEventId, m => new(m.Seq, Ending.Completed, false) { Result = completed.Result?.Payloads_.FirstOrDefault() });
                return true;
            case EventType.ActivityTaskFailed:
                var failed = e.ActivityTaskFailedEventAttributes;
                EndActivity(e, failed.ScheduledEventId, m => new(m.Seq, Ending.Failed, false)
                {
                    Failure = ActivityFailure(m, failed.ScheduledEventId, failed.StartedEventId, failed.Identity, failed.RetryState, failed.Failure),
                });
                return true;
            case EventType.ActivityTaskTimedOut:
                var timedOut = e.ActivityTaskTimedOutEventAttributes;
                EndActivity(e, timedOut.ScheduledEventId, m => new(m.Seq, Ending.Failed, false)
                {
                    Failure = ActivityFailure(m, timedOut.ScheduledEventId, timedOut.StartedEventId, string.Empty, timedOut.RetryState, timedOut.Failure, "Activity task timed out"),
                });
                return true;
            case EventType.ActivityTaskCanceled:
                var canceled = e.ActivityTaskCanceledEventAttributes;
                EndActivity(e, canceled.ScheduledEventId, m => new(m.Seq, Ending.Canceled, false)
                {
                    Failure = ActivityFailure(
                        m, canceled.ScheduledEventId, canceled.StartedEventId, canceled.Identity, RetryState.CancelRequested,
                        new() { Message = "Activity canceled", CanceledFailureInfo = new() { Details = canceled.Details } }, "Activity cancelled"),
                });
                return true;
            default:
                return false;
        }
    }

    private bool TryApplyChildEvent(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.StartChildWorkflowExecutionFailed:
                var startFailed = e.StartChildWorkflowExecutionFailedEventAttributes;
                var notStarted = Initiator<CommandMachine.Child>(e, startFailed.InitiatedEventId, ends: true);
                Resolve(notStarted, new ResolveChildStart(notStarted.Seq) { FailedCause = startFailed.Cause });
                return true;
            case EventType.ChildWorkflowExecutionStarted:
                var started = e.ChildWorkflowExecutionStartedEventAttributes;
                var child = Initiator<CommandMachine.Child>(e, started.InitiatedEventId, ends: false);
                child.StartedEventId = e.EventId;
                child.RunId = started.WorkflowExecution.RunId;
                if (!child.Done)
                {
                    _jobs.Add(new ResolveChildStart(child.Seq) { RunId = child.RunId });
                }

                return true;
            case EventType.ChildWorkflowExecutionCompleted:
                var completed = e.ChildWorkflowExecutionCompletedEventAttributes;
                EndChild(e, completed.InitiatedEventId, m => new(m.Seq, Ending.Completed) { Result = completed.Result?.Payloads_.FirstOrDefault() });
                return true;
            case EventType.ChildWorkflowExecutionFailed:
                var failed = e.ChildWorkflowExecutionFailedEventAttributes;
                EndChild(e, failed.InitiatedEventId, m => new(m.Seq, Ending.Failed) { Failure = ChildFailure(m, failed.RetryState, failed.Failure) });
                return true;
            case EventType.ChildWorkflowExecutionCanceled:
                var canceled = e.ChildWorkflowExecutionCanceledEventAttributes;
                EndChild(e, canceled.InitiatedEventId, m => new(m.Seq, Ending.Canceled)
                {
                    Failure = ChildFailure(m, RetryState.NonRetryableFailure, CanceledFailure(canceled.Details)),
                });
                return true;
            case EventType.ChildWorkflowExecutionTimedOut:
                var timedOut = e.ChildWorkflowExecutionTimedOutEventAttributes;
                EndChild(e, timedOut.InitiatedEventId, m => new(m.Seq, Ending.Failed)
                {
                    Failure = ChildFailure(m, timedOut.RetryState, new()
                    {
                        Message = "Child Workflow execution timed out",
                        TimeoutFailureInfo = new() { TimeoutType = TimeoutType.StartToClose },
                    }),
                });
                return true;
            case EventType.ChildWorkflowExecutionTerminated:
                EndChild(e, e.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId, m => new(m.Seq, Ending.Failed)
                {
                    Failure = ChildFailure(m, RetryState.NonRetryableFailure, new() { Message = "Child Workflow execution terminated", TerminatedFailureInfo = new() }),
                });
                return true;
            default:
                return false;
        }
    }

    private bool TryApplyExternalEvent(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.ExternalWorkflowExecutionSignaled:
                EndSignal(e, e.ExternalWorkflowExecutionSignaledEventAttributes.InitiatedEventId, null);
                return true;
            case EventType.SignalExternalWorkflowExecutionFailed:
                var signal = e.SignalExternalWorkflowExecutionFailedEventAttributes;
                EndSignal(e, signal.InitiatedEventId, ExternalFailure(
                    "Unable to signal external workflow", signal.Cause == SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound, signal.Cause));
                return true;
            case EventType.ExternalWorkflowExecutionCancelRequested:
                EndCancelExternal(e, e.ExternalWorkflowExecutionCancelRequestedEventAttributes.InitiatedEventId, null);
                return true;
            case EventType.RequestCancelExternalWorkflowExecutionFailed:
                var cancel = e.RequestCancelExternalWorkflowExecutionFailedEventAttributes;
                EndCancelExternal(e, cancel.InitiatedEventId, ExternalFailure(
                    "Unable to cancel external workflow", cancel.Cause == CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound, cancel.Cause));
                return true;
            default:
                return false;
        }
    }

    private void EndActivity(HistoryEvent e, long scheduledEventId, Func<CommandMachine.Activity, ResolveActivity> job)
    {
        var machine = Initiator<CommandMachine.Activity>(e, scheduledEventId, ends: true);
        _activities.Remove(machine.Seq);
        if (!machine.Done)
        {
            Resolve(machine, job(machine));
        }
    }

    private void EndChild(HistoryEvent e, long initiatedEventId, Func<CommandMachine.Child, ResolveChild> job)
    {
        var machine = Initiator<CommandMachine.Child>(e, initiatedEventId, ends: true);
        _children.Remove(machine.Seq);
        if (!machine.Done)
        {
            Resolve(machine, job(machine));
        }
    }

    private void EndSignal(HistoryEvent e, long initiatedEventId, Failure? failure)
    {
        var machine = Initiator<CommandMachine.SignalExternal>(e, initiatedEventId, ends: true);
        _signals.Remove(machine.Seq);
        Resolve(machine, new ResolveSignalExternal(machine.Seq, failure));
    }

    private void EndCancelExternal(HistoryEvent e, long initiatedEventId, Failure? failure)
    {
        var machine = Initiator<CommandMachine>(e, initiatedEventId, ends: true);
        if (machine is CommandMachine.CancelExternal)
        {
            Resolve(machine, new ResolveCancelExternal(machine.Seq, failure));
        }
    }

    private void Resolve(CommandMachine machine, ActivationJob job)
    {
        machine.Done = true;
        _jobs.Add(job);
    }

    private T Initiator<T>(HistoryEvent e, long eventId, bool ends)
        where T : CommandMachine
    {
        if (!_byEvent.TryGetValue(eventId, out var machine) || machine is not T typed)
        {
            throw Nondeterminism.UnknownInitiator(e, eventId);
        }

        if (ends)
        {
            _byEvent.Remove(eventId);
        }

        return typed;
    }

    private static Failure CanceledFailure(Api.Common.V1.Payloads? details) =>
        new() { Message = "Child Workflow execution canceled", CanceledFailureInfo = new() { Details = details } };

    private static Failure ActivityFailure(
        CommandMachine.Activity machine, long scheduledId, long startedId, string identity, RetryState retryState, Failure cause, string message = "Activity task failed") => new()
    {
        Message = message,
        Cause = cause,
        ActivityFailureInfo = new()
        {
            ActivityId = machine.ActivityId,
            ActivityType = new() { Name = machine.ActivityType },
            ScheduledEventId = scheduledId,
            StartedEventId = startedId,
            Identity = identity,
            RetryState = retryState,
        },
    };

    private static Failure ChildFailure(CommandMachine.Child machine, RetryState retryState, Failure cause) => new()
    {
        Message = "Child Workflow execution failed",
        Cause = cause,
        ChildWorkflowExecutionFailureInfo = new()
        {
            Namespace = machine.Namespace,
            WorkflowExecution = new() { WorkflowId = machine.WorkflowId, RunId = machine.RunId ?? string.Empty },
            WorkflowType = new() { Name = machine.WorkflowType },
            InitiatedEventId = machine.InitiatedEventId,
            StartedEventId = machine.StartedEventId,
            RetryState = retryState,
        },
    };

    private static Failure ExternalFailure(string message, bool notFound, Enum cause) => new()
    {
        Message = notFound ? $"{message} because it was not found" : $"{message}: {cause}",
        ApplicationFailureInfo = new() { Type = notFound ? "ExternalWorkflowExecutionNotFound" : cause.ToString() },
    };
}
