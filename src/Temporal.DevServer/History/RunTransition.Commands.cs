using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <content>Commands, in the order the worker gave them.</content>
internal sealed partial class RunTransition
{
    private bool _needsTask;
    private readonly HashSet<HistoryEvent> _endsOfThisTask = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _childrenOfThisTask = new(StringComparer.Ordinal);

    private void TakeCommands(Temporalio.Api.WorkflowService.V1.RespondWorkflowTaskCompletedRequest request, long completedId, CommandContext context)
    {
        foreach (var command in request.Commands)
        {
            var closes = CommandValidation.IsClosing(command.CommandType);
            if (closes && State.Buffered.Any(e => !_endsOfThisTask.Contains(e)))
            {
                throw new WorkflowTaskRejectedException(WorkflowTaskFailedCause.UnhandledCommand, "");
            }

            TakeCommand(command, request, completedId, context);
            if (closes)
            {
                State.Buffered = []; // what the commands themselves left there is lost
            }
        }
    }

    private void TakeCommand(
        Command command, Temporalio.Api.WorkflowService.V1.RespondWorkflowTaskCompletedRequest request, long completedId, CommandContext context)
    {
        switch (command.CommandType)
        {
            case CommandType.ScheduleActivityTask:
                ScheduleActivity(command, completedId, context);
                break;
            case CommandType.RequestCancelActivityTask:
                RequestCancelActivity(command, completedId, context);
                break;
            case CommandType.StartTimer:
                StartTimer(command, completedId);
                break;
            case CommandType.CancelTimer:
                CancelTimer(command, completedId, context);
                break;
            case CommandType.CompleteWorkflowExecution:
                CompleteWorkflow(command, completedId);
                break;
            case CommandType.FailWorkflowExecution:
                FailWorkflow(command, completedId);
                break;
            case CommandType.CancelWorkflowExecution:
                CancelWorkflow(command, completedId);
                break;
            case CommandType.ContinueAsNewWorkflowExecution:
                ContinueAsNew(command, completedId, context);
                break;
            case CommandType.StartChildWorkflowExecution:
                StartChild(command, completedId, context);
                break;
            case CommandType.SignalExternalWorkflowExecution:
                SignalExternal(command, completedId, context);
                break;
            case CommandType.RequestCancelExternalWorkflowExecution:
                RequestCancelExternal(command, completedId, context);
                break;
            case CommandType.RecordMarker:
                RecordMarker(command, completedId);
                break;
            case CommandType.UpsertWorkflowSearchAttributes:
                UpsertSearchAttributes(command, completedId, context);
                break;
            case CommandType.ModifyWorkflowProperties:
                ModifyProperties(command, completedId);
                break;
            case CommandType.ProtocolMessage:
                TakeProtocolMessage(command, request, completedId);
                break;
            case CommandType.ScheduleNexusOperation:
                throw RefuseNexusOperation(command.ScheduleNexusOperationCommandAttributes, context);
            case CommandType.RequestCancelNexusOperation:
                throw RefuseNexusCancel(command.RequestCancelNexusOperationCommandAttributes);
            default:
                throw new WorkflowTaskRejectedException(
                    WorkflowTaskFailedCause.FeatureDisabled, $"command {command.CommandType} is not supported by this server");
        }
    }

    /// <summary>There are no Nexus operations here, so none of them can be asked for or cancelled.</summary>
    private static WorkflowTaskRejectedException RefuseNexusOperation(ScheduleNexusOperationCommandAttributes? attributes, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadScheduleNexusOperationAttributes;
        return attributes is null ? new(Bad, "empty ScheduleNexusOperationCommandAttributes")
            : !context.HasNexusEndpoint(attributes.Endpoint) ? new(Bad, $"endpoint \"{attributes.Endpoint}\" not found")
            : new(WorkflowTaskFailedCause.FeatureDisabled, "Nexus operations are not supported by this server");
    }

    private static WorkflowTaskRejectedException RefuseNexusCancel(RequestCancelNexusOperationCommandAttributes? attributes) => new(
        WorkflowTaskFailedCause.BadRequestCancelNexusOperationAttributes,
        attributes is null ? "empty CancelNexusOperationCommandAttributes"
            : $"requested cancelation for a non-existing or already completed operation with scheduled event ID of {attributes.ScheduledEventId}");

    private void StartTimer(Command command, long completedId)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadStartTimerAttributes;
        var attributes = CommandValidation.Required(command.StartTimerCommandAttributes, Bad, "StartTimer");
        if (attributes.TimerId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(Bad, "TimerId is not set on StartTimerCommand.");
        }

        if (CommandValidation.Bytes(attributes.TimerId) is var length && length > Limits.IdLength)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"TimerId on StartTimerCommand exceeds length limit. TimerId={attributes.TimerId} Length={length} Limit={Limits.IdLength}");
        }

        if (Durations.IsNegative(attributes.StartToFireTimeout))
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"An invalid StartToFireTimeout is set on StartTimerCommand: negative duration. TimerId={attributes.TimerId}");
        }

        if (State.UserTimers.ContainsKey(attributes.TimerId))
        {
            throw new WorkflowTaskRejectedException(
                WorkflowTaskFailedCause.StartTimerDuplicateId, $"invalid history builder state for action: add-timer-started-event, TimerID: {attributes.TimerId}");
        }

        Append(new HistoryEvent
        {
            EventType = EventType.TimerStarted,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            TimerStartedEventAttributes = new()
            {
                TimerId = attributes.TimerId,
                StartToFireTimeout = attributes.StartToFireTimeout is { } timeout ? Durations.Wire(Durations.Of(timeout)) : null,
                WorkflowTaskCompletedEventId = completedId,
            },
        });
    }

    private void CancelTimer(Command command, long completedId, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadCancelTimerAttributes;
        var attributes = CommandValidation.Required(command.CancelTimerCommandAttributes, Bad, "CancelTimer");
        if (attributes.TimerId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(Bad, "TimerId is not set on CancelTimerCommand.");
        }

        long startedId;
        if (State.UserTimers.TryGetValue(attributes.TimerId, out var timer))
        {
            startedId = timer.StartedEventId;
        }
        else if (State.Buffered.Find(e => e.EventType == EventType.TimerFired && e.TimerFiredEventAttributes.TimerId == attributes.TimerId) is { } fired)
        {
            // It fired while the worker was deciding to cancel it: the worker's word counts.
            State.Buffered = State.Buffered.Remove(fired);
            startedId = fired.TimerFiredEventAttributes.StartedEventId;
        }
        else
        {
            throw new WorkflowTaskRejectedException(Bad, $"invalid history builder state for action: add-timer-canceled-event, TimerID: {attributes.TimerId}");
        }

        Append(new HistoryEvent
        {
            EventType = EventType.TimerCanceled,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            TimerCanceledEventAttributes = new()
            {
                TimerId = attributes.TimerId,
                StartedEventId = startedId,
                WorkflowTaskCompletedEventId = completedId,
                Identity = context.Identity,
            },
        });
    }

    private void RecordMarker(Command command, long completedId)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRecordMarkerAttributes;
        var attributes = CommandValidation.Required(command.RecordMarkerCommandAttributes, Bad, "RecordMarker");
        if (attributes.MarkerName.Length == 0)
        {
            throw new WorkflowTaskRejectedException(Bad, "MarkerName is not set on RecordMarkerCommand.");
        }

        if (attributes.Details.Values.Sum(v => v.CalculateSize()) > Limits.BlobSize)
        {
            throw new WorkflowTaskRejectedException(Bad, "RecordMarkerCommandAttributes.Details exceeds size limit.", terminates: true);
        }

        Append(new HistoryEvent
        {
            EventType = EventType.MarkerRecorded,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            MarkerRecordedEventAttributes = new()
            {
                MarkerName = attributes.MarkerName,
                Details = { attributes.Details },
                WorkflowTaskCompletedEventId = completedId,
                Header = attributes.Header,
                Failure = attributes.Failure,
            },
        });
    }

    private void UpsertSearchAttributes(Command command, long completedId, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadSearchAttributes;
        var attributes = CommandValidation.Required(command.UpsertWorkflowSearchAttributesCommandAttributes, Bad, "UpsertWorkflowSearchAttributes");
        CommandValidation.CheckSize(attributes.SearchAttributes, Limits.BlobSize, Bad, "UpsertWorkflowSearchAttributesCommandAttributes");
        var upsert = TypedSearchAttributes(attributes.SearchAttributes, context);
        Append(new HistoryEvent
        {
            EventType = EventType.UpsertWorkflowSearchAttributes,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            UpsertWorkflowSearchAttributesEventAttributes = new() { WorkflowTaskCompletedEventId = completedId, SearchAttributes = upsert },
        });
        TouchVisibility();
    }

    private void ModifyProperties(Command command, long completedId)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes;
        var attributes = CommandValidation.Required(command.ModifyWorkflowPropertiesCommandAttributes, Bad, "ModifyWorkflowProperties");
        CommandValidation.CheckSize(attributes.UpsertedMemo, Limits.MemoSize, Bad, "ModifyWorkflowPropertiesCommandAttributes. Memo");
        Append(new HistoryEvent
        {
            EventType = EventType.WorkflowPropertiesModified,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            WorkflowPropertiesModifiedEventAttributes = new() { WorkflowTaskCompletedEventId = completedId, UpsertedMemo = attributes.UpsertedMemo },
        });
        TouchVisibility();
    }

    private SearchAttributes? TypedSearchAttributes(SearchAttributes? given, CommandContext context)
    {
        try
        {
            return SearchAttributeValues.Typed(given, State.Namespace, context.SearchAttributes);
        }
        catch (ServiceException e)
        {
            throw new WorkflowTaskRejectedException(WorkflowTaskFailedCause.BadSearchAttributes, e.Message);
        }
    }
}
