using Temporalio.Api.Namespace.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

public sealed class PayloadLimitTests
{
    private static readonly string Large = new('x', 3_000_000);

    [Fact]
    public async Task StartWorkflow_ArgumentOverTheLimit_IsNamedWithItsSizeAndNotSent()
    {
        await using var server = Server();
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => client.StartWorkflowAsync("Load", ["small", Large], new("id", "queue")));

        Assert.Equal(RpcException.StatusCode.InvalidArgument, error.Code);
        Assert.Contains("Arguments of workflow 'Load' take 3,000,0", error.Message, StringComparison.Ordinal);
        Assert.Contains("more than the 2,097,152 bytes that namespace 'default' allows; the largest is number 2 of 2 with 3,000,0", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Count("StartWorkflowExecution"));
    }

    [Fact]
    public async Task StartWorkflow_MemoOverTheLimit_NamesTheKey()
    {
        await using var server = Server();
        var client = await server.ConnectAsync();
        var options = new WorkflowOptions("id", "queue") { Memo = new Dictionary<string, object> { ["a"] = 1, ["notes"] = Large } };

        var error = await Assert.ThrowsAsync<RpcException>(() => client.StartWorkflowAsync("Load", [], options));

        Assert.Contains("memo of workflow 'Load'", error.Message, StringComparison.Ordinal);
        Assert.Contains("the largest is 'notes'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(1_000, 0)]
    public async Task StartWorkflow_ArgumentWithinTheLimit_IsSentAndLimitsAreReadAtMostOnce(int length, int describes)
    {
        await using var server = Server();
        var client = await server.ConnectAsync();

        await client.StartWorkflowAsync("Load", [new string('x', length)], new("id", "queue"));
        await client.StartWorkflowAsync("Load", [new string('x', length)], new("id", "queue"));

        Assert.Equal(2, server.Count("StartWorkflowExecution"));
        Assert.Equal(describes, server.Count("DescribeNamespace"));
    }

    [Fact]
    public async Task StartWorkflow_LimitsCannotBeRead_LeavesItToTheServer()
    {
        await using var server = new FakeFrontend().OnStart(_ => new() { RunId = "run" }).Answer<DescribeNamespaceRequest, DescribeNamespaceResponse>(
            "DescribeNamespace", DescribeNamespaceRequest.Parser, DescribeNamespaceResponse.Parser,
            _ => throw FakeFrontend.Error(Temporal.Grpc.GrpcStatusCode.PermissionDenied, "no"));
        var client = await server.ConnectAsync();

        await client.StartWorkflowAsync("Load", [Large], new("id", "queue"));

        Assert.Equal(1, server.Count("StartWorkflowExecution"));
    }

    private static FakeFrontend Server() => new FakeFrontend()
        .OnStart(_ => new() { RunId = "run" })
        .Answer("DescribeNamespace", DescribeNamespaceRequest.Parser, DescribeNamespaceResponse.Parser, _ => new DescribeNamespaceResponse
        {
            NamespaceInfo = new() { Limits = new NamespaceInfo.Types.Limits { BlobSizeLimitError = 2 * 1024 * 1024, MemoSizeLimitError = 2 * 1024 * 1024 } },
        });
}
