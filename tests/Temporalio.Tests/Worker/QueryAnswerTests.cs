using Microsoft.Extensions.Logging;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;
using Temporalio.Tests.Replay;
using Temporalio.Worker;
using Temporalio.Worker.Tasks;
using Temporalio.Workflows;

namespace Temporalio.Tests.Worker;

public sealed class QueryAnswerTests
{
    [Theory]
    [InlineData(RpcException.StatusCode.NotFound, 0)]
    [InlineData(RpcException.StatusCode.Internal, 1)]
    public async Task Processor_AnswerThatIsNotTaken_WarnsUnlessNobodyWaitsForIt(RpcException.StatusCode code, int warnings)
    {
        using var log = new LogSink();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(log));
        var service = new Service(code);
        var processor = new WorkflowTaskProcessor(
            service,
            new() { Namespace = "ns", TaskQueue = "queue", Identity = "me", LoggerFactory = loggers, Workflows = [WorkflowDefinition.Create<Answering>()], DebugMode = true },
            null);
        await processor.ProcessAsync(
            new PollWorkflowTaskQueueResponse
            {
                TaskToken = Google.Protobuf.ByteString.CopyFromUtf8("token"),
                WorkflowExecution = new() { WorkflowId = "wf", RunId = "run" },
                WorkflowType = new() { Name = "Answering" },
                Query = new() { QueryType = "Answer" },
                History = new() { Events = { new HistoryBuilder("Answering").Task().Events.Take(3) } },
            },
            CancellationToken.None);

        Assert.Equal(1, service.Answers);
        Assert.Equal(warnings, log.Messages.Count(m => m.Level >= LogLevel.Warning));
    }

    [Workflow]
    public sealed class Answering
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.WaitConditionAsync(() => false);

        [WorkflowQuery]
        public string Answer() => "there";
    }

    private sealed class Service(RpcException.StatusCode code) : UnusedWorkflowService
    {
        public int Answers { get; private set; }

        public override Task RespondQueryAsync(RespondQueryTaskCompletedRequest request, CancellationToken cancellationToken)
        {
            Answers++;
            throw new RpcException(code, "not taken", null);
        }
    }
}
