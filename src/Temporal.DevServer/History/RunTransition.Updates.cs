using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using ProtocolMessage = Temporalio.Api.Protocol.V1.Message;

namespace Temporal.DevServer.History;

/// <content>Updates: admitted in memory, sent with a workflow task, in history from their acceptance on.</content>
internal sealed partial class RunTransition
{
    private const string TypeUrl = "type.googleapis.com/temporal.api.update.v1.";
    private const WorkflowTaskFailedCause BadMessage = WorkflowTaskFailedCause.BadUpdateWorkflowExecutionMessage;
    private readonly Dictionary<string, ProtocolMessage> _messages = new(StringComparer.Ordinal);

    /// <summary>Updates that the worker refused in this step, with the reason.</summary>
    public List<(string Id, Failure Failure)> RejectedUpdates { get; } = [];

    /// <summary>Updates that ended without having been accepted, with the error for their callers.</summary>
    public List<(string Id, ServiceException Error)> AbortedUpdates { get; } = [];

    private bool HasUnsentUpdates => State.Updates.Values.Any(u => u.Stage == WorkflowUpdateStage.Admitted);

    /// <summary>Takes an update in and makes sure that a workflow task brings it to a worker.</summary>
    public void AdmitUpdate(Request request)
    {
        var id = request.Meta.UpdateId;
        var open = State.Updates.Values.Count(u => u.Stage != WorkflowUpdateStage.Completed);
        if (open >= Limits.UpdatesInFlight)
        {
            throw ServiceErrors.Exhausted(
                $"limit on number of concurrent in-flight updates has been reached ({Limits.UpdatesInFlight})", ResourceExhaustedCause.ConcurrentLimit);
        }

        if (State.Updates.Count >= Limits.UpdatesTotal)
        {
            throw ServiceErrors.FailedPrecondition(
                $"The limit on the total number of distinct updates in this workflow has been reached ({Limits.UpdatesTotal}). Make sure any duplicate updates share an Update ID so the server can deduplicate them, and consider rejecting updates that you aren't going to process. You can also Continue-as-New to avoid this; we recommend you check Continue-as-New Suggested in your Workflow.");
        }

        var sequence = State.Updates.Values.Select(u => u.Sequence).DefaultIfEmpty().Max() + 1;
        State.SetUpdate(new WorkflowUpdate(id, WorkflowUpdateStage.Admitted) { Request = request, Sequence = sequence });
        if (State.WorkflowTask is null)
        {
            if (State.BackingOff)
            {
                State.SetBackingOff(false);
                ScheduleWorkflowTask();
            }
            else
            {
                ScheduleWorkflowTask(speculative: State.LastEventId > 0);
            }
        }
    }

    /// <summary>The messages that go with the started task.</summary>
    public static IEnumerable<ProtocolMessage> OutgoingMessages(RunState state)
    {
        var started = state.WorkflowTask!.StartedEventId;
        return state.Updates.Values
            .Where(u => u.Stage == WorkflowUpdateStage.Sent)
            .OrderBy(u => u.Sequence)
            .Select(u => new ProtocolMessage
            {
                Id = u.Id + "/request",
                ProtocolInstanceId = u.Id,
                EventId = u.AdmittedEventId > 0 ? u.AdmittedEventId : started - 1,
                Body = new() { TypeUrl = TypeUrl + "Request", Value = WireRequest(u.Request!).ToByteString() },
            });
    }

    private static Request WireRequest(Request request) => new() { Meta = request.Meta, Input = request.Input };

    private void SendUpdates()
    {
        foreach (var update in State.Updates.Values.Where(u => u.Stage == WorkflowUpdateStage.Admitted).ToList())
        {
            State.SetUpdate(update with { Stage = WorkflowUpdateStage.Sent });
        }
    }

    /// <summary>The task that carried them is lost: the updates ride on the next one.</summary>
    private void ReturnUpdatesToQueue()
    {
        foreach (var update in State.Updates.Values.Where(u => u.Stage == WorkflowUpdateStage.Sent).ToList())
        {
            State.SetUpdate(update with { Stage = WorkflowUpdateStage.Admitted });
        }
    }

    /// <summary>A completion made no sense as a request. Its task was never written down: it is lost, and another one brings the updates.</summary>
    public void ForgetSpeculativeTask()
    {
        State.SetWorkflowTask(null);
        FlushBuffered();
        ReturnUpdatesToQueue();
        ScheduleWorkflowTask(speculative: true);
    }

    /// <summary>The completion was refused by the server: what it carried is given up, what waits stays.</summary>
    public void AbortSentUpdates()
    {
        foreach (var update in State.Updates.Values.Where(u => u.Stage == WorkflowUpdateStage.Sent).ToList())
        {
            Abort(update, ServiceErrors.WorkflowNotReady("Unable to perform workflow execution update due to unexpected workflow task failure."));
        }
    }

    private void Abort(WorkflowUpdate update, ServiceException error)
    {
        State.RemoveUpdate(update.Id);
        AbortedUpdates.Add((update.Id, error));
    }

    /// <summary>The run has ended: callers of updates that were not finished are told so.</summary>
    private void EndUpdates()
    {
        foreach (var update in State.Updates.Values.Where(u => u.Stage != WorkflowUpdateStage.Completed).ToList())
        {
            if (update.Stage == WorkflowUpdateStage.Accepted)
            {
                continue; // answered from the closed run, see UpdateOutcomes
            }

            Abort(update, State.Status == WorkflowExecutionStatus.ContinuedAsNew || Successor is not null
                ? ServiceErrors.Exhausted("workflow operation can not be applied because workflow is closing", ResourceExhaustedCause.BusyWorkflow)
                : ServiceErrors.NotFound("workflow update was aborted by closing workflow"));
        }
    }

    private void TakeProtocolMessage(Command command, RespondWorkflowTaskCompletedRequest request, long completedId)
    {
        IndexMessages(request);
        var attributes = CommandValidation.Required(command.ProtocolMessageCommandAttributes, BadMessage, "ProtocolMessage");
        if (attributes.MessageId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(BadMessage, "MessageID is not set on ProtocolMessageCommand.");
        }

        if (!_messages.Remove(attributes.MessageId, out var message))
        {
            throw new WorkflowTaskRejectedException(BadMessage, $"ProtocolMessageCommand referenced absent message ID {attributes.MessageId}");
        }

        TakeMessage(message);
    }

    /// <summary>Messages that no command named: they come last. Then every update that the worker left unanswered is refused for it.</summary>
    private void TakeMessages(RespondWorkflowTaskCompletedRequest request, long completedId)
    {
        IndexMessages(request);
        foreach (var message in request.Messages)
        {
            if (_messages.Remove(message.Id))
            {
                TakeMessage(message);
            }
        }

        if (Closed)
        {
            EndUpdates();
            return;
        }

        var heartbeat = request.ForceCreateNewWorkflowTask && request.Commands.Count == 0 && request.Messages.Count == 0;
        foreach (var update in State.Updates.Values.Where(u => u.Stage == WorkflowUpdateStage.Sent).OrderBy(u => u.Sequence).ToList())
        {
            if (heartbeat)
            {
                State.SetUpdate(update with { Stage = WorkflowUpdateStage.Admitted });
            }
            else
            {
                Reject(update, new Failure
                {
                    Message = "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker.",
                    Source = "Server",
                    ApplicationFailureInfo = new() { Type = "UnprocessedUpdate", NonRetryable = true },
                });
            }
        }
    }

    private bool _indexed;

    private void IndexMessages(RespondWorkflowTaskCompletedRequest request)
    {
        if (_indexed)
        {
            return;
        }

        _indexed = true;
        foreach (var message in request.Messages)
        {
            if (message.Body is null)
            {
                throw ServiceErrors.InvalidArgument("nil message body");
            }

            _messages[message.Id] = message;
        }
    }

    private void TakeMessage(ProtocolMessage message)
    {
        var id = message.ProtocolInstanceId;
        var type = message.Body.TypeUrl[(message.Body.TypeUrl.LastIndexOf('/') + 1)..];
        if (!type.StartsWith("temporal.api.update.v1.", StringComparison.Ordinal))
        {
            var package = type.Contains('.', StringComparison.Ordinal) ? type[..type.LastIndexOf('.')] : type;
            throw new WorkflowTaskRejectedException(BadMessage, $"unsupported protocol type {package}");
        }

        if (!State.Updates.TryGetValue(id, out var update))
        {
            throw new WorkflowTaskRejectedException(
                BadMessage, $"update {id} wasn't found on the server. This is most likely a transient error which will be resolved automatically by retries");
        }

        switch (type["temporal.api.update.v1.".Length..])
        {
            case "Acceptance":
                Accept(update, Acceptance.Parser.ParseFrom(message.Body.Value));
                break;
            case "Rejection":
                RequireStage(update, WorkflowUpdateStage.Sent, "Rejection");
                Reject(update, Rejection.Parser.ParseFrom(message.Body.Value).Failure);
                break;
            case "Response":
                Respond(update, Response.Parser.ParseFrom(message.Body.Value));
                break;
            default:
                throw new WorkflowTaskRejectedException(BadMessage, $"unsupported message type {type}");
        }
    }

    private void Accept(WorkflowUpdate update, Acceptance acceptance)
    {
        RequireStage(update, WorkflowUpdateStage.Sent, "Acceptance");
        if (acceptance.AcceptedRequestMessageId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(BadMessage, "invalid *update.Acceptance: accepted_request_message_id is not set");
        }

        if (acceptance.AcceptedRequestSequencingEventId == 0)
        {
            throw new WorkflowTaskRejectedException(BadMessage, "invalid *update.Acceptance: accepted_request_sequencing_event_id is not set");
        }

        Append(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionUpdateAccepted,
            WorkflowExecutionUpdateAcceptedEventAttributes = new()
            {
                ProtocolInstanceId = update.Id,
                AcceptedRequestMessageId = acceptance.AcceptedRequestMessageId,
                AcceptedRequestSequencingEventId = acceptance.AcceptedRequestSequencingEventId,
                AcceptedRequest = update.AdmittedEventId > 0 ? null : WireRequest(update.Request!),
            },
        });
    }

    private void Respond(WorkflowUpdate update, Response response)
    {
        RequireStage(update, WorkflowUpdateStage.Accepted, "Response");
        if (response.Outcome is null || response.Outcome.ValueCase == Outcome.ValueOneofCase.None)
        {
            throw new WorkflowTaskRejectedException(BadMessage, "invalid *update.Response: outcome is not set");
        }

        Append(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionUpdateCompleted,
            WorkflowExecutionUpdateCompletedEventAttributes = new()
            {
                Meta = response.Meta ?? new Meta { UpdateId = update.Id },
                AcceptedEventId = update.AcceptedEventId,
                Outcome = response.Outcome,
            },
        });
    }

    private void Reject(WorkflowUpdate update, Failure? failure)
    {
        State.RemoveUpdate(update.Id);
        RejectedUpdates.Add((update.Id, failure ?? new Failure()));
    }

    private static void RequireStage(WorkflowUpdate update, WorkflowUpdateStage stage, string message)
    {
        if (update.Stage != stage)
        {
            throw new WorkflowTaskRejectedException(
                BadMessage, $"invalid state transition attempted for Update {update.Id}: received *update.{message} message while in state {update.Stage}");
        }
    }
}
