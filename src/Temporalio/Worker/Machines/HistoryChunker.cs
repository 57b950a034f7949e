using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <summary>
/// Cuts a history into logical workflow tasks: the events up to a task's start that was followed by its completion. Tasks that failed,
/// timed out or did nothing (heartbeats) are not steps of their own; their events belong to the next one. The rules are those of the
/// common core, because they decide which results arrive together.
/// </summary>
internal static class HistoryChunker
{
    /// <summary>Index of the last event of the logical task that begins at <paramref name="from"/>, or -1 when only the tail is left.</summary>
    /// <param name="events">All events at hand; the history ends with them.</param>
    /// <param name="from">Index of the first event not handled yet.</param>
    /// <param name="improved">Whether the run has the flag <see cref="SdkFlags.ImprovedHeartbeat"/>.</param>
    /// <param name="pendingUpdates">Whether updates travel with the task that ends the history.</param>
    public static int FindEnd(IReadOnlyList<HistoryEvent> events, int from, bool improved, bool pendingUpdates) =>
        improved ? FindEndImproved(events, from, pendingUpdates) : FindEndLegacy(events, from);

    /// <summary>Whether an event was caused by a command of the worker.</summary>
    public static bool IsCommandEvent(EventType type) => type is
        EventType.ActivityTaskScheduled or EventType.ActivityTaskCancelRequested or EventType.MarkerRecorded
        or EventType.RequestCancelExternalWorkflowExecutionInitiated or EventType.SignalExternalWorkflowExecutionInitiated
        or EventType.StartChildWorkflowExecutionInitiated or EventType.TimerCanceled or EventType.TimerStarted
        or EventType.UpsertWorkflowSearchAttributes or EventType.WorkflowPropertiesModified
        or EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionContinuedAsNew
        or EventType.WorkflowExecutionFailed or EventType.WorkflowExecutionUpdateAccepted or EventType.WorkflowExecutionUpdateCompleted;

    /// <summary>Whether an event closes the run.</summary>
    public static bool IsFinal(EventType type) => type is
        EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed or EventType.WorkflowExecutionTimedOut
        or EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionContinuedAsNew;

    private static EventType TypeAt(IReadOnlyList<HistoryEvent> events, int index) =>
        index < events.Count ? events[index].EventType : EventType.Unspecified;

    private static int FindEndImproved(IReadOnlyList<HistoryEvent> events, int from, bool pendingUpdates)
    {
        var i = from;
        var sawCommand = false;
        if (TypeAt(events, i) == EventType.WorkflowTaskCompleted)
        {
            for (i++; i < events.Count && IsCommandEvent(events[i].EventType); i++)
            {
                sawCommand = true;
            }
        }

        while (i < events.Count)
        {
            if (events[i].EventType != EventType.WorkflowTaskStarted)
            {
                i++;
                continue;
            }

            var next = TypeAt(events, i + 1);
            if (next is EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut)
            {
                i += 2;
                continue;
            }

            var isEmptyTask = next == EventType.WorkflowTaskCompleted && !sawCommand
                && TypeAt(events, i + 2) == EventType.WorkflowTaskScheduled && TypeAt(events, i + 3) == EventType.WorkflowTaskStarted;
            if (!isEmptyTask)
            {
                return i;
            }

            switch (TypeAt(events, i + 4))
            {
                case EventType.Unspecified when !pendingUpdates:
                    return i + 3;
                case EventType.WorkflowTaskCompleted when TypeAt(events, i + 5) == EventType.Unspecified:
                    return i + 3;
                case EventType.WorkflowTaskCompleted when TypeAt(events, i + 5) != EventType.WorkflowExecutionUpdateAccepted:
                    i += 3;
                    continue;
                default:
                    return i;
            }
        }

        return -1;
    }

    private static int FindEndLegacy(IReadOnlyList<HistoryEvent> events, int from)
    {
        var sawCommand = false;
        var sawCommandOrStart = false;
        var starts = new List<int>();
        for (var i = from; i < events.Count; i++)
        {
            var type = events[i].EventType;
            sawCommand |= IsCommandEvent(type);
            sawCommandOrStart |= sawCommand || type == EventType.WorkflowExecutionStarted;
            if (IsFinal(type))
            {
                return -1;
            }

            if (type != EventType.WorkflowTaskStarted)
            {
                continue;
            }

            var next = TypeAt(events, i + 1);
            if (next is EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut)
            {
                continue;
            }

            starts.Add(i);
            if (next == EventType.WorkflowTaskCompleted && i + 2 < events.Count)
            {
                if (!sawCommand && events[i + 2].EventType == EventType.WorkflowTaskScheduled)
                {
                    continue;
                }

                return BeforeUpdate(events, starts, events[i + 2]) ?? i;
            }

            if (sawCommandOrStart || i == events.Count - 1 || next == EventType.WorkflowTaskCompleted || IsFinal(next))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>An accepted update belongs to the task that delivered it, so the task before must be a step of its own.</summary>
    private static int? BeforeUpdate(IReadOnlyList<HistoryEvent> events, List<int> starts, HistoryEvent afterCompletion)
    {
        if (afterCompletion.EventType != EventType.WorkflowExecutionUpdateAccepted)
        {
            return null;
        }

        var sequencing = afterCompletion.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequestSequencingEventId;
        for (var s = starts.Count - 1; s >= 0; s--)
        {
            if (events[starts[s]].EventId < sequencing)
            {
                return starts[s];
            }
        }

        return null;
    }
}
