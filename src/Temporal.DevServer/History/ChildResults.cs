using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>What the parent's history says about a child's end.</summary>
internal static class ChildResults
{
    public static HistoryEvent ToParentEvent(PendingChild child, HistoryEvent close, WorkflowExecution execution)
    {
        var initiated = child.Initiated;
        var (id, started, type) = (child.InitiatedEventId, child.StartedEventId, initiated.WorkflowType);
        return close.EventType switch
        {
            EventType.WorkflowExecutionCompleted => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionCompleted,
                ChildWorkflowExecutionCompletedEventAttributes = new()
                {
                    Result = close.WorkflowExecutionCompletedEventAttributes.Result,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                    InitiatedEventId = id,
                    StartedEventId = started,
                },
            },
            EventType.WorkflowExecutionFailed => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionFailed,
                ChildWorkflowExecutionFailedEventAttributes = new()
                {
                    Failure = close.WorkflowExecutionFailedEventAttributes.Failure,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                    InitiatedEventId = id,
                    StartedEventId = started,
                    RetryState = close.WorkflowExecutionFailedEventAttributes.RetryState,
                },
            },
            EventType.WorkflowExecutionCanceled => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionCanceled,
                ChildWorkflowExecutionCanceledEventAttributes = new()
                {
                    Details = close.WorkflowExecutionCanceledEventAttributes.Details,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                    InitiatedEventId = id,
                    StartedEventId = started,
                },
            },
            EventType.WorkflowExecutionTimedOut => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionTimedOut,
                ChildWorkflowExecutionTimedOutEventAttributes = new()
                {
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                    InitiatedEventId = id,
                    StartedEventId = started,
                    RetryState = close.WorkflowExecutionTimedOutEventAttributes.RetryState,
                },
            },
            EventType.WorkflowExecutionTerminated => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionTerminated,
                ChildWorkflowExecutionTerminatedEventAttributes = new()
                {
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = type,
                    InitiatedEventId = id,
                    StartedEventId = started,
                },
            },
            _ => throw new InvalidDataException($"A child cannot end with event '{close.EventType}'."),
        };
    }
}
