using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Orchestrator.Benchmarks.Server;

/// <summary>Bare calls of the workflow service: what is measured is the server, not an SDK.</summary>
internal sealed class RawClient(string address) : IDisposable
{
    private const string Workflows = "temporal.api.workflowservice.v1.WorkflowService";
    private readonly GrpcChannel _channel = new(new GrpcChannelOptions { Address = new Uri($"http://{address}") });

    public Task<TResponse> CallAsync<TRequest, TResponse>(TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var method = new GrpcMethod<TRequest, TResponse>(
            Workflows, typeof(TRequest).Name[..^"Request".Length], new MessageParser<TRequest>(() => new()), new MessageParser<TResponse>(() => new()));
        return _channel.UnaryAsync(method, request, cancellationToken: cancellationToken);
    }

    /// <summary>A run that waits for a timer: started with its first task in the answer, which starts the timer.</summary>
    public async Task StartIdleAsync(string workflowId, TimeSpan timer, CancellationToken cancellationToken)
    {
        var started = await CallAsync<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(
            new()
            {
                Namespace = "default",
                WorkflowId = workflowId,
                WorkflowType = new() { Name = "idle" },
                TaskQueue = new() { Name = "idle" },
                RequestId = workflowId,
                RequestEagerExecution = true,
            },
            cancellationToken);
        var command = new Command
        {
            CommandType = CommandType.StartTimer,
            StartTimerCommandAttributes = new() { TimerId = "1", StartToFireTimeout = Duration.FromTimeSpan(timer) },
        };
        await CallAsync<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(
            new() { Namespace = "default", TaskToken = started.EagerWorkflowTask.TaskToken, Commands = { command } }, cancellationToken);
    }

    /// <summary>Workflow tasks that wait in the queue.</summary>
    public async Task<long> BacklogAsync(CancellationToken cancellationToken)
    {
        var described = await CallAsync<DescribeTaskQueueRequest, DescribeTaskQueueResponse>(
            new() { Namespace = "default", TaskQueue = new() { Name = "idle" }, TaskQueueType = TaskQueueType.Workflow, ReportStats = true }, cancellationToken);
        return described.Stats?.ApproximateBacklogCount ?? 0;
    }

    public void Dispose() => _channel.Dispose();
}
