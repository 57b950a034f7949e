using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.Simulation;

/// <summary>What must hold for the histories of all runs, whatever happened.</summary>
internal static class Invariants
{
    private static readonly HashSet<EventType> CloseTypes =
    [
        EventType.WorkflowExecutionCompleted, EventType.WorkflowExecutionFailed, EventType.WorkflowExecutionTimedOut,
        EventType.WorkflowExecutionCanceled, EventType.WorkflowExecutionTerminated, EventType.WorkflowExecutionContinuedAsNew,
    ];

    /// <summary>Checks one run; returns what is wrong, or null.</summary>
    public static string? OfRun(string runId, IReadOnlyList<HistoryEvent> events)
    {
        var activities = new Dictionary<long, EventType>();
        HistoryEvent? task = null;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            if (e.EventId != i + 1)
            {
                return $"run {runId}: event {i + 1} has id {e.EventId}";
            }

            if (CloseTypes.Contains(e.EventType) && i != events.Count - 1)
            {
                return $"run {runId}: {e.EventType} at {e.EventId} is not the last of {events.Count} events";
            }

            if (!WorkflowTaskInTurn(ref task, e))
            {
                return $"run {runId}: {e.EventType} at {e.EventId} while the workflow task is at {task?.EventType.ToString() ?? "its end"}";
            }

            if (EndedActivity(e) is { } scheduled && !activities.TryAdd(scheduled, e.EventType))
            {
                return $"run {runId}: activity {scheduled} ended twice, {activities[scheduled]} and {e.EventType}";
            }
        }

        return Repeated(events, EventType.WorkflowExecutionSignaled, e => e.WorkflowExecutionSignaledEventAttributes.SignalName)
            ?? Repeated(events, EventType.WorkflowExecutionUpdateAccepted, e => e.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId)
            ?? Repeated(events, EventType.WorkflowExecutionUpdateCompleted, e => e.WorkflowExecutionUpdateCompletedEventAttributes.Meta.UpdateId)
            ?? Repeated(events, EventType.TimerFired, e => e.TimerFiredEventAttributes.TimerId);
    }

    /// <summary>Checks a run in which nothing has happened for minutes: nothing that the server owes it may be outstanding.</summary>
    public static string? OfIdleRun(string runId, IEnumerable<HistoryEvent> events)
    {
        var owed = new Dictionary<long, EventType>();
        foreach (var e in events)
        {
            switch (e.EventType)
            {
                case EventType.TimerStarted or EventType.StartChildWorkflowExecutionInitiated or EventType.SignalExternalWorkflowExecutionInitiated:
                    owed[e.EventId] = e.EventType;
                    break;
                case EventType.TimerFired:
                    owed.Remove(e.TimerFiredEventAttributes.StartedEventId);
                    break;
                case EventType.ChildWorkflowExecutionStarted:
                    owed.Remove(e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId);
                    break;
                case EventType.StartChildWorkflowExecutionFailed:
                    owed.Remove(e.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                    break;
                case EventType.ExternalWorkflowExecutionSignaled:
                    owed.Remove(e.ExternalWorkflowExecutionSignaledEventAttributes.InitiatedEventId);
                    break;
                case EventType.SignalExternalWorkflowExecutionFailed:
                    owed.Remove(e.SignalExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                    break;
                default:
                    break;
            }
        }

        return owed.Count == 0 ? null : $"idle run {runId} still waits for {string.Join(", ", owed.Select(o => $"{o.Key}:{o.Value}"))}";
    }

    /// <summary>Checks that everything that was acknowledged is there.</summary>
    public static string? OfAcknowledged(Acknowledged acknowledged, IReadOnlyDictionary<string, (string WorkflowId, List<HistoryEvent> Events)> runs)
    {
        foreach (var run in acknowledged.Starts.Where(r => !runs.ContainsKey(r)))
        {
            return $"the acknowledged start of run {run} is lost";
        }

        foreach (var (signal, workflowId) in acknowledged.Signals)
        {
            if (!runs.Values.Any(r => r.WorkflowId == workflowId && r.Events.Exists(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == signal)))
            {
                return $"the acknowledged signal {signal} of workflow {workflowId} is lost";
            }
        }

        foreach (var (update, run) in acknowledged.AcceptedUpdates)
        {
            if (!runs[run].Events.Exists(e => e.WorkflowExecutionUpdateAcceptedEventAttributes?.ProtocolInstanceId == update))
            {
                return $"the acknowledged update {update} of run {run} is lost";
            }
        }

        foreach (var (result, run) in acknowledged.ActivityResults)
        {
            var text = $"\"{result}\"";
            if (runs[run].Events.Count(e => e.ActivityTaskCompletedEventAttributes?.Result?.Payloads_.FirstOrDefault()?.Data.ToStringUtf8() == text) != 1)
            {
                return $"the acknowledged activity result {result} of run {run} is not there once";
            }
        }

        foreach (var (run, started) in acknowledged.WorkflowTasks)
        {
            if (!runs[run].Events.Exists(e => e.WorkflowTaskCompletedEventAttributes?.StartedEventId == started))
            {
                return $"the acknowledged workflow task {started} of run {run} is lost";
            }
        }

        return null;
    }

    /// <summary>Whether the run has ended.</summary>
    public static bool IsClosed(IReadOnlyList<HistoryEvent> events) => CloseTypes.Contains(events[^1].EventType);

    /// <summary>Scheduled, started, ended, and never a second one meanwhile; what ends the run may end the task too.</summary>
    private static bool WorkflowTaskInTurn(ref HistoryEvent? task, HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.WorkflowTaskScheduled:
                var free = task is null;
                task = e;
                return free;
            case EventType.WorkflowTaskStarted:
                var waiting = task is { EventType: EventType.WorkflowTaskScheduled } scheduled && scheduled.EventId == e.WorkflowTaskStartedEventAttributes.ScheduledEventId;
                task = e;
                return waiting;
            case EventType.WorkflowTaskCompleted:
                var started = task is { EventType: EventType.WorkflowTaskStarted } s && s.EventId == e.WorkflowTaskCompletedEventAttributes.StartedEventId;
                task = null;
                return started;
            case EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut:
                var open = task is not null;
                task = null;
                return open;
            default:
                return true;
        }
    }

    private static long? EndedActivity(HistoryEvent e) => e.EventType switch
    {
        EventType.ActivityTaskCompleted => e.ActivityTaskCompletedEventAttributes.ScheduledEventId,
        EventType.ActivityTaskFailed => e.ActivityTaskFailedEventAttributes.ScheduledEventId,
        EventType.ActivityTaskTimedOut => e.ActivityTaskTimedOutEventAttributes.ScheduledEventId,
        EventType.ActivityTaskCanceled => e.ActivityTaskCanceledEventAttributes.ScheduledEventId,
        _ => null,
    };

    private static string? Repeated(IEnumerable<HistoryEvent> events, EventType type, Func<HistoryEvent, string> name) =>
        events.Where(e => e.EventType == type).GroupBy(name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"{type} of '{twice.Key}' is there {twice.Count()} times"
            : null;
}
