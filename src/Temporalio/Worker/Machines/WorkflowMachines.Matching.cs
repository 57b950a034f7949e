using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <content>Comparing what the code asked for with what history says it asked for.</content>
internal sealed partial class WorkflowMachines
{
    private readonly List<PendingCommand> _queue = [];
    private int _queueHead;

    private bool ChecksIds => _flags.HasCore(SdkFlags.CheckIdsAndTypes);

    private void ApplyCommandEvent(HistoryEvent e, int index)
    {
        if (e.EventType == EventType.MarkerRecorded && TrySkipDeprecatedPatch(e, index))
        {
            return;
        }

        if (e.EventType == EventType.UpsertWorkflowSearchAttributes && _skippedUpserts.Remove(e.EventId))
        {
            return;
        }

        var next = _queueHead < _queue.Count ? _queue[_queueHead] : null;
        if (next is null || next.Command.CommandType != CommandTypeOf(e.EventType))
        {
            throw Nondeterminism.Unexpected(e, DetailOf(e), next);
        }

        CheckDetails(e, next);
        Dequeue();
        if (next.Machine is { } machine && e.EventType != EventType.TimerCanceled && e.EventType != EventType.ActivityTaskCancelRequested)
        {
            machine.Command = null;
            _byEvent[e.EventId] = machine;
            NoteEventId(machine, e.EventId);
        }
    }

    private static void NoteEventId(CommandMachine machine, long eventId)
    {
        switch (machine)
        {
            case CommandMachine.Timer timer:
                timer.StartedEventId = eventId;
                break;
            case CommandMachine.Activity activity:
                activity.ScheduledEventId = eventId;
                break;
            case CommandMachine.Child child:
                child.InitiatedEventId = eventId;
                break;
        }
    }

    private void Dequeue()
    {
        _queueHead++;
        if (_queueHead == _queue.Count)
        {
            _queue.Clear();
            _queueHead = 0;
        }
    }

    private void CheckDetails(HistoryEvent e, PendingCommand next)
    {
        switch (e.EventType)
        {
            case EventType.TimerStarted:
                Same(e, "timer id", e.TimerStartedEventAttributes.TimerId, next.Command.StartTimerCommandAttributes.TimerId);
                break;
            case EventType.TimerCanceled:
                Same(e, "timer id", e.TimerCanceledEventAttributes.TimerId, next.Command.CancelTimerCommandAttributes.TimerId);
                _byEvent.Remove(e.TimerCanceledEventAttributes.StartedEventId);
                break;
            case EventType.ActivityTaskScheduled when ChecksIds:
                Same(e, "activity id", e.ActivityTaskScheduledEventAttributes.ActivityId, next.Command.ScheduleActivityTaskCommandAttributes.ActivityId);
                Same(e, "activity type", e.ActivityTaskScheduledEventAttributes.ActivityType.Name, next.Command.ScheduleActivityTaskCommandAttributes.ActivityType.Name);
                break;
            case EventType.ActivityTaskCancelRequested when e.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId != next.Command.RequestCancelActivityTaskCommandAttributes.ScheduledEventId:
                throw Nondeterminism.Unexpected(e, $"of event {e.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId}", next);
            case EventType.StartChildWorkflowExecutionInitiated when ChecksIds:
                CheckChild(e, (CommandMachine.Child)next.Machine!);
                break;
            case EventType.MarkerRecorded:
                CheckMarker(e, next);
                break;
            case EventType.WorkflowExecutionUpdateAccepted:
                CheckUpdate(e, next, e.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId, accepted: true);
                break;
            case EventType.WorkflowExecutionUpdateCompleted:
                CheckUpdate(e, next, e.WorkflowExecutionUpdateCompletedEventAttributes.Meta.UpdateId, accepted: false);
                break;
        }
    }

    private static void CheckChild(HistoryEvent e, CommandMachine.Child child)
    {
        var attributes = e.StartChildWorkflowExecutionInitiatedEventAttributes;
        Same(e, "child workflow id", attributes.WorkflowId, child.WorkflowId);
        Same(e, "child workflow type", attributes.WorkflowType.Name, child.WorkflowType);
    }

    private static void CheckUpdate(HistoryEvent e, PendingCommand next, string updateId, bool accepted)
    {
        if (next.Key != updateId || next.Command.ProtocolMessageCommandAttributes.MessageId.EndsWith("/accept", StringComparison.Ordinal) != accepted)
        {
            throw Nondeterminism.Unexpected(e, $"update '{updateId}'", next);
        }
    }

    private static void Same(HistoryEvent e, string what, string inHistory, string inCode)
    {
        if (inHistory != inCode)
        {
            throw Nondeterminism.Mismatch(e, what, inHistory, inCode);
        }
    }

    private static CommandType CommandTypeOf(EventType type) => type switch
    {
        EventType.ActivityTaskScheduled => CommandType.ScheduleActivityTask,
        EventType.ActivityTaskCancelRequested => CommandType.RequestCancelActivityTask,
        EventType.TimerStarted => CommandType.StartTimer,
        EventType.TimerCanceled => CommandType.CancelTimer,
        EventType.MarkerRecorded => CommandType.RecordMarker,
        EventType.StartChildWorkflowExecutionInitiated => CommandType.StartChildWorkflowExecution,
        EventType.SignalExternalWorkflowExecutionInitiated => CommandType.SignalExternalWorkflowExecution,
        EventType.RequestCancelExternalWorkflowExecutionInitiated => CommandType.RequestCancelExternalWorkflowExecution,
        EventType.UpsertWorkflowSearchAttributes => CommandType.UpsertWorkflowSearchAttributes,
        EventType.WorkflowPropertiesModified => CommandType.ModifyWorkflowProperties,
        EventType.WorkflowExecutionUpdateAccepted or EventType.WorkflowExecutionUpdateCompleted => CommandType.ProtocolMessage,
        EventType.WorkflowExecutionCompleted => CommandType.CompleteWorkflowExecution,
        EventType.WorkflowExecutionFailed => CommandType.FailWorkflowExecution,
        EventType.WorkflowExecutionCanceled => CommandType.CancelWorkflowExecution,
        EventType.WorkflowExecutionContinuedAsNew => CommandType.ContinueAsNewWorkflowExecution,
        _ => CommandType.Unspecified,
    };

    private static string? DetailOf(HistoryEvent e) => e.EventType switch
    {
        EventType.ActivityTaskScheduled =>
            $"activity '{e.ActivityTaskScheduledEventAttributes.ActivityType.Name}' with id '{e.ActivityTaskScheduledEventAttributes.ActivityId}'",
        EventType.ActivityTaskCancelRequested => $"of event {e.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId}",
        EventType.TimerStarted => $"timer '{e.TimerStartedEventAttributes.TimerId}'",
        EventType.TimerCanceled => $"timer '{e.TimerCanceledEventAttributes.TimerId}'",
        EventType.MarkerRecorded => $"marker '{e.MarkerRecordedEventAttributes.MarkerName}'",
        EventType.StartChildWorkflowExecutionInitiated =>
            $"child workflow '{e.StartChildWorkflowExecutionInitiatedEventAttributes.WorkflowType.Name}' with id '{e.StartChildWorkflowExecutionInitiatedEventAttributes.WorkflowId}'",
        EventType.SignalExternalWorkflowExecutionInitiated =>
            $"signal '{e.SignalExternalWorkflowExecutionInitiatedEventAttributes.SignalName}'",
        EventType.WorkflowExecutionUpdateAccepted => $"update '{e.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId}'",
        EventType.WorkflowExecutionUpdateCompleted => $"update '{e.WorkflowExecutionUpdateCompletedEventAttributes.Meta.UpdateId}'",
        _ => null,
    };
}
