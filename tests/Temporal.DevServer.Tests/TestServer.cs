using Google.Protobuf;
using Temporal.Grpc;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests;

/// <summary>A server of its own for one test, driven with raw messages over its own wire.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Workflows = "temporal.api.workflowservice.v1.WorkflowService";

    private readonly TemporalDevServer? _server;
    private readonly GrpcChannel _channel;

    private TestServer(TemporalDevServer? server, string address)
    {
        (_server, Address) = (server, address);
        _channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri("http://" + address) });
    }

    public string Address { get; }

    /// <summary>A server that runs elsewhere.</summary>
    public static TestServer Connect(string address) => new(null, address);

    public static async Task<TestServer> StartAsync(Action<DevServerOptions>? configure = null)
    {
        var options = new DevServerOptions();
        configure?.Invoke(options);
        var server = await TemporalDevServer.StartAsync(options);
        return new TestServer(server, server.Address);
    }

    public Task<TResponse> CallAsync<TRequest, TResponse>(
        TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default, string service = Workflows, string? name = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        name ??= typeof(TRequest).Name[..^"Request".Length];
        var method = new GrpcMethod<TRequest, TResponse>(service, name, new MessageParser<TRequest>(() => new()), new MessageParser<TResponse>(() => new()));
        return _channel.UnaryAsync(method, request, new GrpcCallOptions { Timeout = timeout ?? TimeSpan.FromSeconds(60) }, cancellationToken);
    }

    public async Task<string> StartAsync(string workflowId, string queue = "tq", Action<StartWorkflowExecutionRequest>? configure = null)
    {
        var request = new StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = workflowId,
            WorkflowType = new WorkflowType { Name = "Wf" },
            TaskQueue = new TaskQueue { Name = queue },
            RequestId = Guid.NewGuid().ToString(),
            Identity = "client",
        };
        configure?.Invoke(request);
        return (await CallAsync<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(request)).RunId;
    }

    public Task<PollWorkflowTaskQueueResponse> PollWorkflowAsync(string queue = "tq", TaskQueueKind kind = TaskQueueKind.Normal, TimeSpan? timeout = null) =>
        CallAsync<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>(
            new() { Namespace = "default", TaskQueue = new TaskQueue { Name = queue, Kind = kind, NormalName = kind == TaskQueueKind.Sticky ? "tq" : "" }, Identity = "worker" }, timeout);

    public Task<PollActivityTaskQueueResponse> PollActivityAsync(string queue = "tq", TimeSpan? timeout = null) =>
        CallAsync<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>(
            new() { Namespace = "default", TaskQueue = new TaskQueue { Name = queue }, Identity = "worker" }, timeout);

    public Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(
        PollWorkflowTaskQueueResponse task, IEnumerable<Command> commands, Action<RespondWorkflowTaskCompletedRequest>? configure = null)
    {
        var request = new RespondWorkflowTaskCompletedRequest { Namespace = "default", TaskToken = task.TaskToken, Identity = "worker", Commands = { commands } };
        configure?.Invoke(request);
        return CallAsync<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(request);
    }

    public Task CompleteActivityAsync(PollActivityTaskQueueResponse task, string result) =>
        CallAsync<RespondActivityTaskCompletedRequest, RespondActivityTaskCompletedResponse>(
            new() { Namespace = "default", TaskToken = task.TaskToken, Identity = "worker", Result = Commands.Json(result) });

    public async Task<List<HistoryEvent>> HistoryAsync(string workflowId, string runId = "")
    {
        var events = new List<HistoryEvent>();
        var request = new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = workflowId, RunId = runId } };
        do
        {
            var page = await CallAsync<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>(request);
            events.AddRange(page.History.Events);
            request.NextPageToken = page.NextPageToken;
        }
        while (!request.NextPageToken.IsEmpty);
        return events;
    }

    /// <summary>The close event, waited for.</summary>
    public async Task<HistoryEvent> ResultAsync(string workflowId, string runId = "")
    {
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new() { WorkflowId = workflowId, RunId = runId },
            WaitNewEvent = true,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        };
        while (true)
        {
            var page = await CallAsync<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>(request);
            if (page.History.Events.Count > 0)
            {
                return page.History.Events[0];
            }

            request.NextPageToken = page.NextPageToken;
        }
    }

    public Task SignalAsync(string workflowId, string name = "sig", string requestId = "") =>
        CallAsync<SignalWorkflowExecutionRequest, SignalWorkflowExecutionResponse>(
            new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = workflowId }, SignalName = name, RequestId = requestId });

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
