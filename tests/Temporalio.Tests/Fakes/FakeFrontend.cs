using System.Collections.Concurrent;
using Google.Protobuf;
using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace Temporalio.Tests.Fakes;

/// <summary>A server in this process whose answers a test gives.</summary>
internal sealed class FakeFrontend : IAsyncDisposable
{
    private const string Service = "temporal.api.workflowservice.v1.WorkflowService";
    private readonly GrpcRouter _router = new();
    private readonly GrpcServerOptions _options;
    private GrpcServer? _server;

    public FakeFrontend()
        : this(new())
    {
    }

    /// <param name="options">How to listen, for example with a certificate.</param>
    public FakeFrontend(GrpcServerOptions options)
    {
        _options = options;
        Answer("GetSystemInfo", GetSystemInfoRequest.Parser, GetSystemInfoResponse.Parser, _ =>
            new GetSystemInfoResponse { ServerVersion = "1.32.0", Capabilities = new() });
    }

    /// <summary>Calls seen: name, request and headers by the test's choice.</summary>
    public ConcurrentQueue<(string Rpc, IMessage Request, GrpcServerCall Call)> Calls { get; } = [];

    public ConcurrentDictionary<string, string?> Headers { get; } = new();

    public int Count(string rpc) => Calls.Count(c => c.Rpc == rpc);

    public T Last<T>() => Calls.Select(c => c.Request).OfType<T>().Last();

    public FakeFrontend Answer<TRequest, TResponse>(
        string rpc, MessageParser<TRequest> request, MessageParser<TResponse> response, Func<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        _router.Map(new GrpcMethod<TRequest, TResponse>(Service, rpc, request, response), (req, call) =>
        {
            Calls.Enqueue((rpc, req, call));
            foreach (var name in new[] { "client-name", "client-version", "temporal-namespace", "authorization", "x-user", "grpc-encoding" })
            {
                Headers[$"{rpc}:{name}"] = call.Header(name);
            }

            return ValueTask.FromResult(handler(req));
        });
        return this;
    }

    public FakeFrontend OnStart(Func<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse> handler) =>
        Answer("StartWorkflowExecution", StartWorkflowExecutionRequest.Parser, StartWorkflowExecutionResponse.Parser, handler);

    public FakeFrontend OnHistory(Func<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse> handler) =>
        Answer("GetWorkflowExecutionHistory", GetWorkflowExecutionHistoryRequest.Parser, GetWorkflowExecutionHistoryResponse.Parser, handler);

    public static GrpcException Error(GrpcStatusCode code, string message, string? detailType = null, IMessage? detail = null)
    {
        var status = new GrpcStatus { Code = (int)code, Message = message };
        if (detail is not null)
        {
            status.Details.Add(new Google.Protobuf.WellKnownTypes.Any
            {
                TypeUrl = $"type.googleapis.com/temporal.api.errordetails.v1.{detailType}",
                Value = detail.ToByteString(),
            });
        }

        return new(code, message, status.ToByteArray());
    }

    public async Task<TemporalClientConnectOptions> OptionsAsync()
    {
        _server ??= await GrpcServer.StartAsync(_options, _router);
        return new(_server.EndPoint.ToString()) { Identity = "tester" };
    }

    public async Task<TemporalClient> ConnectAsync(Action<TemporalClientConnectOptions>? configure = null)
    {
        var options = await OptionsAsync();
        configure?.Invoke(options);
        return await TemporalClient.ConnectAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
