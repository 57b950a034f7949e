using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Tests;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Simulation;

/// <summary>Answers of a worker whose workflows do whatever the seed says: the server does not mind.</summary>
internal sealed class Worker(Random random)
{
    private int _names;

    /// <summary>A fresh name.</summary>
    public string Name(string kind) => $"{kind}{++_names}";

    /// <summary>The answer to a workflow task; the last ones of a simulation end their runs.</summary>
    public RespondWorkflowTaskCompletedRequest Complete(PollWorkflowTaskQueueResponse task, bool ending)
    {
        var answer = new RespondWorkflowTaskCompletedRequest { Namespace = "default", TaskToken = task.TaskToken, Identity = "worker" };
        if (!ending && random.Next(2) == 0)
        {
            answer.StickyAttributes = new() { WorkerTaskQueue = new() { Name = "sticky" }, ScheduleToStartTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)) };
            answer.ReturnNewWorkflowTask = random.Next(2) == 0;
            answer.ForceCreateNewWorkflowTask = random.Next(5) == 0;
        }

        foreach (var message in task.Messages)
        {
            AnswerUpdate(answer, message, ending);
        }

        if (ending)
        {
            answer.Commands.Add(Commands.Complete());
            return answer;
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            answer.Commands.Add(Next());
        }

        switch (random.Next(14))
        {
            case 0:
                answer.Commands.Add(Commands.Complete());
                break;
            case 1:
                answer.Commands.Add(new Command
                {
                    CommandType = CommandType.ContinueAsNewWorkflowExecution,
                    ContinueAsNewWorkflowExecutionCommandAttributes = new() { WorkflowType = task.WorkflowType, TaskQueue = task.WorkflowExecutionTaskQueue },
                });
                break;
            case 2:
                answer.Commands.Add(new Command
                {
                    CommandType = CommandType.FailWorkflowExecution,
                    FailWorkflowExecutionCommandAttributes = new() { Failure = new() { Message = "no", ApplicationFailureInfo = new() { Type = "T" } } },
                });
                break;
            default:
                break;
        }

        return answer;
    }

    private Command Next() => random.Next(6) switch
    {
        0 or 1 => Commands.Activity(Name("a"), startToClose: TimeSpan.FromSeconds(random.Next(1, 20))),
        2 or 3 => Commands.Timer(Name("t"), TimeSpan.FromMilliseconds(random.Next(1, 20_000))),
        4 => Commands.Child($"c{random.Next(4)}", (ParentClosePolicy)random.Next(1, 4), queue: "tq"),
        _ => new Command
        {
            CommandType = CommandType.SignalExternalWorkflowExecution,
            SignalExternalWorkflowExecutionCommandAttributes = new()
            {
                Execution = new() { WorkflowId = $"w{random.Next(4)}" },
                SignalName = Name("x"),
            },
        },
    };

    private void AnswerUpdate(RespondWorkflowTaskCompletedRequest answer, Message message, bool ending)
    {
        var request = message.Body.Unpack<Request>();
        var choice = ending ? 1 : random.Next(4);
        if (choice == 3)
        {
            answer.Messages.Add(new Message
            {
                Id = Name("m"),
                ProtocolInstanceId = message.ProtocolInstanceId,
                Body = Any.Pack(new Rejection
                {
                    RejectedRequestMessageId = message.Id,
                    RejectedRequestSequencingEventId = message.EventId,
                    RejectedRequest = request,
                    Failure = new() { Message = "refused", ApplicationFailureInfo = new() { Type = "T" } },
                }),
            });
            return;
        }

        Send(new Acceptance { AcceptedRequestMessageId = message.Id, AcceptedRequestSequencingEventId = message.EventId, AcceptedRequest = request });
        if (choice > 0)
        {
            Send(new Response { Meta = request.Meta, Outcome = new() { Success = Commands.Json("ok") } });
        }

        void Send(Google.Protobuf.IMessage body)
        {
            var id = Name("m");
            answer.Messages.Add(new Message { Id = id, ProtocolInstanceId = message.ProtocolInstanceId, Body = Any.Pack(body) });
            answer.Commands.Add(new Command { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = id } });
        }
    }
}
