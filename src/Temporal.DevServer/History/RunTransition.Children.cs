using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Timers;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.History;

/// <content>Children: start, its answer, and their end.</content>
internal sealed partial class RunTransition
{
    private void StartChild(Command command, long completedId, CommandContext context)
    {
        if (command.StartChildWorkflowExecutionCommandAttributes is null)
        {
            // A real server stumbles here; clients see the same.
            throw new ServiceException(Grpc.GrpcStatusCode.Internal, "something went wrong, please retry (00000000)");
        }

        var initiated = StartChildCheck.Normalise(command.StartChildWorkflowExecutionCommandAttributes, completedId, State, Limits, context);
        initiated.SearchAttributes = TypedSearchAttributes(initiated.SearchAttributes, context);
        CheckPending(
            State.Children.Count, Limits.PendingChildren, WorkflowTaskFailedCause.PendingChildWorkflowsLimitExceeded, "pending child workflow executions");
        _childrenOfThisTask.Add(initiated.WorkflowId);
        var e = Append(new HistoryEvent
        {
            EventType = EventType.StartChildWorkflowExecutionInitiated,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            StartChildWorkflowExecutionInitiatedEventAttributes = initiated,
        });
        SendStart(e);
    }

    private void SendStart(HistoryEvent e)
    {
        var initiated = e.StartChildWorkflowExecutionInitiatedEventAttributes;
        var message = NewMessage(initiated.NamespaceId, initiated.WorkflowId, "", e.EventId);
        message.StartChild = new StartChild
        {
            InitiatedEvent = e,
            Root = State.Start.RootWorkflowExecution ?? State.Execution,
            Priority = Priorities.Inherit(State.Priority, initiated.Priority),
        };
        Outbox.Add(message);
    }

    /// <summary>The child exists. False when the run no longer waits for it.</summary>
    public bool OnChildStarted(long initiatedEventId, string runId)
    {
        if (Closed || !State.Children.TryGetValue(initiatedEventId, out var child) || child.IsStarted)
        {
            return false;
        }

        Receive(new HistoryEvent
        {
            EventType = EventType.ChildWorkflowExecutionStarted,
            ChildWorkflowExecutionStartedEventAttributes = new()
            {
                Namespace = child.Initiated.Namespace,
                NamespaceId = child.Initiated.NamespaceId,
                InitiatedEventId = initiatedEventId,
                WorkflowExecution = new() { WorkflowId = child.Initiated.WorkflowId, RunId = runId },
                WorkflowType = child.Initiated.WorkflowType,
                Header = child.Initiated.Header,
            },
        });
        WakeWorkflow();
        return true;
    }

    public void OnChildStartFailed(long initiatedEventId, StartChildWorkflowExecutionFailedCause cause)
    {
        if (Closed || !State.Children.TryGetValue(initiatedEventId, out var child) || child.IsStarted)
        {
            return;
        }

        Receive(new HistoryEvent
        {
            EventType = EventType.StartChildWorkflowExecutionFailed,
            StartChildWorkflowExecutionFailedEventAttributes = new()
            {
                Namespace = child.Initiated.Namespace,
                NamespaceId = child.Initiated.NamespaceId,
                WorkflowId = child.Initiated.WorkflowId,
                WorkflowType = child.Initiated.WorkflowType,
                Cause = cause,
                Control = child.Initiated.Control,
                InitiatedEventId = initiatedEventId,
                WorkflowTaskCompletedEventId = child.Initiated.WorkflowTaskCompletedEventId,
            },
        });
        WakeWorkflow();
    }

    /// <summary>The child's chain has ended.</summary>
    public void OnChildClosed(long initiatedEventId, HistoryEvent close, string runId)
    {
        if (Closed || !State.Children.TryGetValue(initiatedEventId, out var child))
        {
            return;
        }

        if (!child.IsStarted)
        {
            OnChildStarted(initiatedEventId, runId);
            child = State.Children[initiatedEventId];
        }

        Receive(ChildResults.ToParentEvent(child, close, new() { WorkflowId = child.Initiated.WorkflowId, RunId = runId }));
        WakeWorkflow();
    }

    /// <summary>The parent has ended: the child follows its policy.</summary>
    public void OnParentClosed(ParentClosePolicy policy, WorkflowExecution parent)
    {
        if (State.Start.ParentWorkflowExecution is not { } own || own.RunId != parent.RunId || own.WorkflowId != parent.WorkflowId)
        {
            return;
        }

        if (policy == ParentClosePolicy.RequestCancel)
        {
            RequestCancel(new WorkflowExecutionCancelRequestedEventAttributes { Identity = "history-service", ExternalWorkflowExecution = parent });
        }
        else
        {
            Terminate("by parent close policy", details: null, "history-service");
        }
    }
}
