using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
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
        using var log = new Sink();
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
        Assert.Equal(warnings, log.Warnings.Count);
    }

    [Workflow]
    public sealed class Answering
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.WaitConditionAsync(() => false);

        [WorkflowQuery]
        public string Answer() => "there";
    }

    private sealed class Service(RpcException.StatusCode code) : IWorkflowServicePort
    {
        public int Answers { get; private set; }

        public Task RespondQueryAsync(RespondQueryTaskCompletedRequest request, CancellationToken cancellationToken)
        {
            Answers++;
            throw new RpcException(code, "not taken", null);
        }

        public Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskAsync(PollWorkflowTaskQueueRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RespondWorkflowTaskCompletedResponse> CompleteWorkflowTaskAsync(RespondWorkflowTaskCompletedRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task FailWorkflowTaskAsync(RespondWorkflowTaskFailedRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<GetWorkflowExecutionHistoryResponse> GetHistoryAsync(GetWorkflowExecutionHistoryRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Sink : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose() => Warnings.Clear();
    }
}
