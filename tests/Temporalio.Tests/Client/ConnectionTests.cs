using Temporal.Grpc;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

public sealed class ConnectionTests
{
    [Fact]
    public async Task ConnectAsync_Nobody_ThrowsInvalidOperation() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => TemporalClient.ConnectAsync(new("127.0.0.1:1")));

    [Theory]
    [InlineData(null)]
    [InlineData("http://localhost:7233")]
    [InlineData("local host:x")]
    public async Task ConnectAsync_BadTarget_Throws(string? target) =>
        await Assert.ThrowsAsync<ArgumentException>(() => TemporalClient.ConnectAsync(new() { TargetHost = target }));

    [Fact]
    public async Task Calls_Headers_AreSent()
    {
        await using var server = new FakeFrontend().OnStart(_ => new() { RunId = "r" });
        var client = await server.ConnectAsync(o =>
        {
            o.Namespace = "ns1";
            o.Tls = new() { Disabled = true };
            o.ApiKey = "key";
            o.RpcMetadata = [new("x-user", "a")];
        });

        await client.StartWorkflowAsync("Wf", [], new("id", "tq"));
        Assert.Equal("temporal-dotnet", server.Headers["StartWorkflowExecution:client-name"]);
        Assert.Equal("1.18.0", server.Headers["StartWorkflowExecution:client-version"]);
        Assert.Equal("ns1", server.Headers["StartWorkflowExecution:temporal-namespace"]);
        Assert.Null(server.Headers["GetSystemInfo:temporal-namespace"]);
        Assert.Equal("Bearer key", server.Headers["StartWorkflowExecution:authorization"]);
        Assert.Equal("a", server.Headers["StartWorkflowExecution:x-user"]);
        Assert.Equal("gzip", server.Headers["StartWorkflowExecution:grpc-encoding"]);

        client.Connection.ApiKey = null;
        client.Connection.RpcMetadata = [];
        await client.StartWorkflowAsync("Wf", [], new("id", "tq") { Rpc = new() { Metadata = [new("x-user", "b")] } });
        Assert.Null(server.Headers["StartWorkflowExecution:authorization"]);
        Assert.Equal("b", server.Headers["StartWorkflowExecution:x-user"]);
    }

    [Fact]
    public async Task Lazy_BeforeTheFirstCall_IsNotConnectedAndCannotBackAWorker()
    {
        await using var server = new FakeFrontend().OnStart(_ => new() { RunId = "r" });
        var client = TemporalClient.CreateLazy(await server.OptionsAsync());

        Assert.False(client.Connection.IsConnected);
        Assert.Throws<InvalidOperationException>(() => client.Connection.ApiKey = "x");
        Assert.Throws<InvalidOperationException>(() => new Temporalio.Worker.TemporalWorker(
            client, new Temporalio.Worker.TemporalWorkerOptions("tq").AddActivity([Temporalio.Activities.Activity("a")] () => 1)));
        await client.StartWorkflowAsync("Wf", [], new("id", "tq"));
        Assert.True(client.Connection.IsConnected);
        Assert.Equal(1, server.Count("GetSystemInfo"));
    }

    [Fact]
    public async Task RawCall_TransientError_IsRetriedOnlyWhenAsked()
    {
        var calls = 0;
        await using var server = new FakeFrontend().OnStart(_ =>
            ++calls % 3 != 0 ? throw new GrpcException(GrpcStatusCode.Unavailable, "busy") : new() { RunId = "r" });
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => client.WorkflowService.StartWorkflowExecutionAsync(new()));
        Assert.Equal((RpcException.StatusCode.Unavailable, "busy"), (error.Code, error.Message));
        Assert.Equal(1, calls);
        await client.WorkflowService.StartWorkflowExecutionAsync(new(), new() { Retry = true });
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Call_PermanentError_IsNotRetried()
    {
        await using var server = new FakeFrontend().OnStart(_ => throw FakeFrontend.Error(GrpcStatusCode.InvalidArgument, "bad ünicode"));
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => client.StartWorkflowAsync("Wf", [], new("id", "tq")));

        Assert.Equal("bad ünicode", error.Message);
        Assert.Equal(3, error.GrpcStatus.Value!.Code);
        Assert.Equal(1, server.Count("StartWorkflowExecution"));
    }

    [Fact]
    public async Task Call_CallersToken_EndsItAndItsRetries()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new FakeFrontend().OnStart(_ =>
        {
            cancel.Cancel();
            throw new GrpcException(GrpcStatusCode.Unavailable, "busy");
        });
        var client = await server.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.StartWorkflowAsync("Wf", [], new("id", "tq") { Rpc = new() { CancellationToken = cancel.Token } }).InTimeAsync());
    }

    [Fact]
    public async Task Connect_ServerWithoutSystemInfo_IsTolerated()
    {
        var router = new GrpcRouter();
        router.Map(
            new GrpcMethod<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(
                "temporal.api.workflowservice.v1.WorkflowService", "StartWorkflowExecution",
                StartWorkflowExecutionRequest.Parser, StartWorkflowExecutionResponse.Parser),
            (_, _) => ValueTask.FromResult(new StartWorkflowExecutionResponse()));
        await using var server = await GrpcServer.StartAsync(new(), router);

        Assert.True((await TemporalConnection.ConnectAsync(new(server.EndPoint.ToString()))).IsConnected);
    }

    [Fact]
    public async Task Connect_ServerWithoutGzip_FallsBack()
    {
        await using var server = new FakeFrontend();
        var refused = 0;
        server.Calls.Clear();
        var router = new GrpcRouter();
        router.Map(
            new GrpcMethod<GetSystemInfoRequest, GetSystemInfoResponse>(
                "temporal.api.workflowservice.v1.WorkflowService", "GetSystemInfo", GetSystemInfoRequest.Parser, GetSystemInfoResponse.Parser),
            (_, call) =>
            {
                if (call.Header("grpc-encoding") is not null)
                {
                    refused++;
                    throw new GrpcException(GrpcStatusCode.Unimplemented, "grpc: Decompressor is not installed for grpc-encoding \"gzip\"");
                }

                return ValueTask.FromResult(new GetSystemInfoResponse());
            });
        await using var plain = await GrpcServer.StartAsync(new(), router);

        Assert.True((await TemporalConnection.ConnectAsync(new(plain.EndPoint.ToString()))).IsConnected);
        Assert.Equal(1, refused);
    }
}
