using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Timers;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;

namespace Temporal.DevServer.History;

/// <content>Ways for a run to end, and what follows: the next run of the chain, word to the parent, the children's fate.</content>
internal sealed partial class RunTransition
{
    private static readonly TimeSpan SmallestRunInterval = TimeSpan.FromSeconds(1);

    private void CompleteWorkflow(Command command, long completedId)
    {
        var attributes = CommandValidation.Required(
            command.CompleteWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadCompleteWorkflowExecutionAttributes, "CompleteWorkflowExecution");
        CommandValidation.CheckSize(
            attributes.Result, Limits.BlobSize, WorkflowTaskFailedCause.BadScheduleActivityAttributes, "CompleteWorkflowExecutionCommandAttributes.Result");
        var next = NextCronRun(attributes.Result, failure: null);
        Close(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionCompleted,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            WorkflowExecutionCompletedEventAttributes = new()
            {
                Result = attributes.Result,
                WorkflowTaskCompletedEventId = completedId,
                NewExecutionRunId = next?.RunId ?? "",
            },
        }, next);
    }

    private void FailWorkflow(Command command, long completedId)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes;
        var attributes = CommandValidation.Required(command.FailWorkflowExecutionCommandAttributes, Bad, "FailWorkflowExecution");
        if (attributes.Failure is null)
        {
            throw new WorkflowTaskRejectedException(Bad, "Failure is not set on FailWorkflowExecutionCommand.");
        }

        CommandValidation.CheckSize(attributes.Failure, Limits.BlobSize, Bad, "FailWorkflowExecutionCommandAttributes.Failure");
        var (state, next) = NextRunAfterFailure(attributes.Failure);
        Close(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionFailed,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            WorkflowExecutionFailedEventAttributes = new()
            {
                Failure = attributes.Failure,
                RetryState = state,
                WorkflowTaskCompletedEventId = completedId,
                NewExecutionRunId = next?.RunId ?? "",
            },
        }, next);
    }

    private void CancelWorkflow(Command command, long completedId)
    {
        var attributes = CommandValidation.Required(
            command.CancelWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadCancelWorkflowExecutionAttributes, "CancelWorkflowExecution");
        Close(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionCanceled,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            WorkflowExecutionCanceledEventAttributes = new() { Details = attributes.Details, WorkflowTaskCompletedEventId = completedId },
        }, next: null);
    }

    private void ContinueAsNew(Command command, long completedId, CommandContext context)
    {
        var given = ContinueAsNewCheck.Normalise(command.ContinueAsNewWorkflowExecutionCommandAttributes, State, Limits);
        var searchAttributes = TypedSearchAttributes(given.SearchAttributes, context);
        var runId = Guid.NewGuid().ToString();
        var start = State.Start;
        var cron = given.CronSchedule;
        var initiator = given.Initiator == ContinueAsNewInitiator.Unspecified ? ContinueAsNewInitiator.Workflow : given.Initiator;
        var run = Durations.Of(given.WorkflowRunTimeout);
        var backoff = Durations.Of(given.BackoffStartInterval);
        if (backoff == TimeSpan.Zero && Now - State.ExecutionTime is var age && age < SmallestRunInterval)
        {
            backoff = SmallestRunInterval - age; // a chain makes at most one run a second
        }

        var next = new StartSpec
        {
            RunId = runId,
            RequestId = Guid.NewGuid().ToString(),
            UserMetadata = command.UserMetadata ?? State.UserMetadata,
            Attributes = new WorkflowExecutionStartedEventAttributes
            {
                WorkflowType = given.WorkflowType,
                ParentWorkflowNamespace = start.ParentWorkflowNamespace,
                ParentWorkflowNamespaceId = start.ParentWorkflowNamespaceId,
                ParentWorkflowExecution = start.ParentWorkflowExecution,
                ParentInitiatedEventId = start.ParentInitiatedEventId,
                ParentInitiatedEventVersion = start.ParentInitiatedEventVersion,
                RootWorkflowExecution = start.RootWorkflowExecution,
                TaskQueue = given.TaskQueue,
                Input = given.Input,
                WorkflowExecutionTimeout = start.WorkflowExecutionTimeout,
                WorkflowRunTimeout = Durations.Wire(run),
                WorkflowTaskTimeout = given.WorkflowTaskTimeout,
                ContinuedExecutionRunId = State.RunId,
                Initiator = initiator,
                ContinuedFailure = given.Failure,
                LastCompletionResult = given.LastCompletionResult,
                OriginalExecutionRunId = runId,
                FirstExecutionRunId = State.FirstRunId,
                RetryPolicy = given.RetryPolicy,
                Attempt = 1,
                WorkflowExecutionExpirationTime = start.WorkflowExecutionExpirationTime,
                CronSchedule = cron,
                FirstWorkflowTaskBackoff = backoff == TimeSpan.Zero ? given.BackoffStartInterval : Durations.Wire(backoff),
                Memo = given.Memo,
                SearchAttributes = searchAttributes,
                Header = given.Header,
                WorkflowId = State.WorkflowId,
                CompletionCallbacks = { State.Callbacks.Select(c => c.Callback) },
                Priority = State.Priority,
                VersioningOverride = State.VersioningOverride,
                PrevAutoResetPoints = State.ResetPointsOnClose(Now),
            },
        };
        Close(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionContinuedAsNew,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            WorkflowExecutionContinuedAsNewEventAttributes = new()
            {
                NewExecutionRunId = runId,
                WorkflowType = given.WorkflowType,
                TaskQueue = given.TaskQueue,
                Input = given.Input,
                WorkflowRunTimeout = Durations.Wire(run),
                WorkflowTaskTimeout = given.WorkflowTaskTimeout,
                WorkflowTaskCompletedEventId = completedId,
                BackoffStartInterval = given.BackoffStartInterval,
                Initiator = given.Initiator,
                Failure = given.Failure,
                LastCompletionResult = given.LastCompletionResult,
                Header = given.Header,
                Memo = given.Memo,
                SearchAttributes = searchAttributes,
                InheritBuildId = given.InheritBuildId,
            },
        }, next);
    }

    /// <summary>Ends the run from outside, whatever it is doing.</summary>
    public void Terminate(string reason, PayloadList? details, string identity, IEnumerable<Link>? links = null, bool tellsParent = true)
    {
        DropWorkflowTask();
        Close(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionTerminated,
            Links = { links ?? [] },
            WorkflowExecutionTerminatedEventAttributes = new() { Reason = reason, Details = details, Identity = identity },
        }, next: null, tellsParent);
    }

    private void TimeOutRun()
    {
        DropWorkflowTask();
        var failure = new Failure { Message = "workflow timeout", Source = "Server", TimeoutFailureInfo = new() { TimeoutType = TimeoutType.StartToClose } };
        var chainOver = State.ExecutionExpiration is { } end && Now >= end;
        var (state, next) = chainOver ? (RetryState.Timeout, null) : NextRunAfterFailure(failure);
        Close(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionTimedOut,
            WorkflowExecutionTimedOutEventAttributes = new() { RetryState = state, NewExecutionRunId = next?.RunId ?? "" },
        }, next);
    }

    /// <summary>A workflow task that a worker has ends with the run, visibly; one that nobody has taken just vanishes.</summary>
    private void DropWorkflowTask()
    {
        if (State.WorkflowTask is { IsStarted: true } task)
        {
            StoreSpeculativeTask();
            if (task.Kind == WorkflowTaskKind.Transient)
            {
                State.TaskLost();
            }
            else
            {
                Append(new HistoryEvent
                {
                    EventType = EventType.WorkflowTaskFailed,
                    WorkflowTaskFailedEventAttributes = new()
                    {
                        ScheduledEventId = task.ScheduledEventId,
                        StartedEventId = task.StartedEventId,
                        Cause = WorkflowTaskFailedCause.ForceCloseCommand,
                        Identity = "history-service",
                    },
                });
            }
        }
        else if (State.WorkflowTask is { Kind: not WorkflowTaskKind.Normal })
        {
            State.SetWorkflowTask(null);
        }

        FlushBuffered();
    }

    private void Close(HistoryEvent close, StartSpec? next, bool tellsParent = true)
    {
        foreach (var id in State.Activities.Keys)
        {
            TouchedActivities.Add(id);
        }

        var closed = Append(close);
        HasClosed = true;
        Tasks.Clear();
        EagerActivities.Clear();
        TouchVisibility();
        TellChildren();
        if (next is not null)
        {
            Successor = Begin(State.NamespaceId, State.Namespace, State.WorkflowId, next, Now, Limits, storeId: 0);
        }
        else if (State.HasParent && tellsParent)
        {
            TellParent(closed);
        }
    }

    private void TellChildren()
    {
        foreach (var child in State.Children.Values.Where(c => c.IsStarted && c.Initiated.ParentClosePolicy != ParentClosePolicy.Abandon))
        {
            var message = NewMessage(child.Initiated.NamespaceId, child.Initiated.WorkflowId, "", child.InitiatedEventId);
            message.ParentClosed = new ParentClosed { Policy = child.Initiated.ParentClosePolicy };
            Outbox.Add(message);
        }
    }

    private void TellParent(HistoryEvent closed)
    {
        var start = State.Start;
        var message = NewMessage(
            start.ParentWorkflowNamespaceId, start.ParentWorkflowExecution.WorkflowId, start.ParentWorkflowExecution.RunId, start.ParentInitiatedEventId);
        message.ChildClosed = new ChildClosed { CloseEvent = closed, RunId = State.RunId };
        Outbox.Add(message);
    }

    /// <summary>A retry if the policy gives one, else the next cron run.</summary>
    private (RetryState State, StartSpec? Next) NextRunAfterFailure(Failure failure)
    {
        var start = State.Start;
        var state = RetryState.RetryPolicyNotSet;
        if (start.RetryPolicy is not null)
        {
            (state, var delay) = RetryPolicies.Decide(start.RetryPolicy, start.Attempt, Now, State.ExecutionExpiration, failure);
            if (state == RetryState.InProgress)
            {
                return (state, NextRun(ContinueAsNewInitiator.Retry, delay, start.LastCompletionResult, failure, start.Attempt + 1));
            }
        }

        return (state, NextCronRun(start.LastCompletionResult, failure));
    }

    private StartSpec? NextCronRun(PayloadList? result, Failure? failure)
    {
        if (State.Start.CronSchedule.Length == 0)
        {
            return null;
        }

        var delay = CronSchedule.TryParse(State.Start.CronSchedule)?.DelayAfter(State.ExecutionTime, Now);
        return delay is null || (State.ExecutionExpiration is { } end && Durations.After(Now, delay.Value) > end)
            ? null
            : NextRun(ContinueAsNewInitiator.CronSchedule, delay.Value, result, failure, attempt: 1);
    }

    /// <summary>The run again as it was started: what it upserted since is lost.</summary>
    private StartSpec NextRun(ContinueAsNewInitiator initiator, TimeSpan backoff, PayloadList? lastResult, Failure? failure, int attempt)
    {
        var runId = Guid.NewGuid().ToString();
        var attributes = State.Start.Clone();
        attributes.Identity = "";
        attributes.ContinuedExecutionRunId = State.RunId;
        attributes.Initiator = initiator;
        attributes.ContinuedFailure = failure;
        attributes.LastCompletionResult = lastResult;
        attributes.OriginalExecutionRunId = runId;
        attributes.Attempt = attempt;
        attributes.FirstWorkflowTaskBackoff = Durations.Wire(backoff);
        attributes.PrevAutoResetPoints = State.ResetPointsOnClose(Now);
        return new StartSpec { RunId = runId, RequestId = Guid.NewGuid().ToString(), Attributes = attributes, UserMetadata = State.UserMetadata };
    }
}
