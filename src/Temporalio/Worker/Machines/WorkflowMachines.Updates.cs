using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <content>Updates: requests come as messages, or from history; answers go out as messages whose place a command marks.</content>
internal sealed partial class WorkflowMachines
{
    private readonly Dictionary<string, UpdateRequest> _updates = new(StringComparer.Ordinal);
    private readonly List<Message> _outgoing = [];

    private void AddLiveUpdate(Message message)
    {
        if (!message.Body.TryUnpack(out Request request))
        {
            throw new InvalidOperationException(
                $"Message '{message.Id}' of workflow '{workflowId}' is a '{message.Body?.TypeUrl}', expected an update request.");
        }

        _updates[message.ProtocolInstanceId] = new(message.Id, message.EventId, request);
        _jobs.Add(new ActivationJob.Update(message.ProtocolInstanceId, request, runValidator: true));
    }

    private void AddReplayedUpdate(HistoryEvent e)
    {
        var accepted = e.WorkflowExecutionUpdateAcceptedEventAttributes;
        var request = accepted.AcceptedRequest;
        if (request is null && !_admittedUpdates.Remove(accepted.ProtocolInstanceId, out request))
        {
            throw Nondeterminism.Broken(e, "the accepted update has no request, here or in an UpdateAdmitted event before");
        }

        _updates[accepted.ProtocolInstanceId] = new(accepted.AcceptedRequestMessageId, accepted.AcceptedRequestSequencingEventId, request);
        _jobs.Add(new ActivationJob.Update(accepted.ProtocolInstanceId, request, runValidator: false));
    }

    private void ApplyUpdateCommand(WorkflowCommand command)
    {
        switch (command)
        {
            case WorkflowCommand.UpdateAccepted accepted:
                var request = _updates[accepted.ProtocolInstanceId];
                AnswerUpdate(accepted.ProtocolInstanceId, "accept", new Acceptance
                {
                    AcceptedRequestMessageId = request.MessageId,
                    AcceptedRequestSequencingEventId = request.SequencingEventId,
                    AcceptedRequest = request.Request,
                });
                break;
            case WorkflowCommand.UpdateCompleted completed:
                AnswerUpdate(completed.ProtocolInstanceId, "complete", new Response
                {
                    Meta = _updates[completed.ProtocolInstanceId].Request.Meta,
                    Outcome = completed.Failure is { } failure
                        ? new() { Failure = failure }
                        : new() { Success = completed.Result is null ? new() : new() { Payloads_ = { completed.Result } } },
                });
                _updates.Remove(completed.ProtocolInstanceId);
                break;
            case WorkflowCommand.UpdateRejected rejected:
                var refused = _updates[rejected.ProtocolInstanceId];
                _updates.Remove(rejected.ProtocolInstanceId);
                _outgoing.Add(MakeMessage(refused.MessageId + "/reject", rejected.ProtocolInstanceId, new Rejection
                {
                    RejectedRequestMessageId = refused.MessageId,
                    RejectedRequestSequencingEventId = refused.SequencingEventId,
                    RejectedRequest = refused.Request,
                    Failure = rejected.Failure,
                }));
                break;
            default:
                throw new InvalidOperationException($"Command '{command.GetType().Name}' is not known to the state machines.");
        }
    }

    private void AnswerUpdate(string instanceId, string kind, Google.Protobuf.IMessage body)
    {
        var messageId = $"{_updates[instanceId].MessageId}/{kind}";
        Enqueue(new PendingCommand(
            new() { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = messageId } },
            null,
            $"{kind} of update '{instanceId}'") { Key = instanceId });
        if (!IsReplaying)
        {
            _outgoing.Add(MakeMessage(messageId, instanceId, body));
        }
    }

    private static Message MakeMessage(string id, string instanceId, Google.Protobuf.IMessage body) =>
        new() { Id = id, ProtocolInstanceId = instanceId, Body = Any.Pack(body) };

    private sealed record UpdateRequest(string MessageId, long SequencingEventId, Request Request);
}
