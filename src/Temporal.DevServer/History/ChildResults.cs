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

    /// <summary>The child that the event tells the end of, or null for any other event.</summary>
    public static long? InitiatedEventId(HistoryEvent e) =>
        e.ChildWorkflowExecutionCompletedEventAttributes?.InitiatedEventId ??
        e.ChildWorkflowExecutionFailedEventAttributes?.InitiatedEventId ??
        e.ChildWorkflowExecutionCanceledEventAttributes?.InitiatedEventId ??
        e.ChildWorkflowExecutionTimedOutEventAttributes?.InitiatedEventId ??
        e.ChildWorkflowExecutionTerminatedEventAttributes?.InitiatedEventId;

    /// <summary>The child's started event as the event of its end tells it; 0 while that has no id.</summary>
    public static long? StartedEventId(HistoryEvent e) =>
        e.ChildWorkflowExecutionCompletedEventAttributes?.StartedEventId ??
        e.ChildWorkflowExecutionFailedEventAttributes?.StartedEventId ??
        e.ChildWorkflowExecutionCanceledEventAttributes?.StartedEventId ??
        e.ChildWorkflowExecutionTimedOutEventAttributes?.StartedEventId ??
        e.ChildWorkflowExecutionTerminatedEventAttributes?.StartedEventId;

    /// <summary>Brings the event in line with a history in which the child's start has another number.</summary>
    public static void SetStartedEventId(HistoryEvent e, long id)
    {
        switch (e.EventType)
        {
            case EventType.ChildWorkflowExecutionCompleted:
                e.ChildWorkflowExecutionCompletedEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionFailed:
                e.ChildWorkflowExecutionFailedEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionCanceled:
                e.ChildWorkflowExecutionCanceledEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionTimedOut:
                e.ChildWorkflowExecutionTimedOutEventAttributes.StartedEventId = id;
                break;
            case EventType.ChildWorkflowExecutionTerminated:
                e.ChildWorkflowExecutionTerminatedEventAttributes.StartedEventId = id;
                break;
            default:
                break;
        }
    }
}
