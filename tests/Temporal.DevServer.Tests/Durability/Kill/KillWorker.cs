using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Durability.Kill;

/// <summary>A worker for <see cref="WorkflowKind"/>s that lives on while its server is killed again and again.</summary>
internal sealed class KillWorker(TestServer server)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        [.. Enumerable.Range(0, 4).Select(_ => LoopAsync(WorkflowTaskAsync, stop)), .. Enumerable.Range(0, 4).Select(_ => LoopAsync(ActivityAsync, stop))]);

    private static async Task LoopAsync(Func<Task> once, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await once();
            }
            catch (GrpcException e)
            {
                Assert.NotEqual(GrpcStatusCode.Internal, e.Code); // killed, or overtaken by something newer: the task comes again
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private async Task WorkflowTaskAsync()
    {
        var task = await server.PollWorkflowAsync(timeout: Poll);
        if (task.TaskToken.IsEmpty)
        {
            return;
        }

        var events = new List<HistoryEvent>(task.History.Events);
        var kind = WorkflowKind.All.Single(k => k.Name == task.WorkflowType.Name);
        var messages = new List<Message>();
        var answers = task.Messages.SelectMany(m => Answer(m, messages)).ToList();
        var commands = answers.Concat(kind.Next(events, task.WorkflowExecution.WorkflowId)).ToList();
        await server.CompleteAsync(task, commands, r =>
        {
            r.Messages.AddRange(messages);
            r.ForceCreateNewWorkflowTask = messages.Count > 0; // an update that completes in this task is in the next one's history
        });
    }

    private static IEnumerable<Command> Answer(Message message, List<Message> messages)
    {
        var request = message.Body.Unpack<Request>();
        Google.Protobuf.IMessage[] bodies =
        [
            new Acceptance { AcceptedRequestMessageId = message.Id, AcceptedRequestSequencingEventId = message.EventId, AcceptedRequest = request },
            new Response { Meta = request.Meta, Outcome = new() { Success = Commands.Json(request.Meta.UpdateId) } },
        ];
        foreach (var (body, suffix) in bodies.Zip(["accept", "respond"]))
        {
            var id = $"{message.ProtocolInstanceId}/{suffix}";
            messages.Add(new Message { Id = id, ProtocolInstanceId = message.ProtocolInstanceId, Body = Any.Pack(body) });
            yield return new Command { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = id } };
        }
    }

    private async Task ActivityAsync()
    {
        var task = await server.PollActivityAsync(timeout: Poll);
        if (task.TaskToken.IsEmpty)
        {
            return;
        }

        switch (task.ActivityType.Name)
        {
            case "fail-twice" when task.Attempt <= 2:
                await server.CallAsync<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>(new()
                {
                    Namespace = "default",
                    TaskToken = task.TaskToken,
                    Identity = "worker",
                    Failure = new() { Message = "not yet", ApplicationFailureInfo = new() { Type = "NotYet" } },
                });
                return;
            case "lost-once" when task.Attempt == 1:
                return;
            case "heartbeat":
                await server.CallAsync<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>(
                    new() { Namespace = "default", TaskToken = task.TaskToken, Details = Commands.Json("half") });
                break;
            default:
                break;
        }

        await server.CompleteActivityAsync(task, "ok");
    }
}
