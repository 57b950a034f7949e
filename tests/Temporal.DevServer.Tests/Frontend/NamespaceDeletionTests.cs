using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Frontend;

public sealed class NamespaceDeletionTests
{
    [Fact]
    public async Task DeleteNamespace_WithRuns_TakesThemOutAndFreesTheName()
    {
        using var folder = new TempDir();
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db")))
        {
            await RegisterAsync(server);
            await server.StartAsync("wf", configure: r => r.Namespace = "gone");
            await server.StartAsync("wf");
            var deleted = await server.CallAsync<DeleteNamespaceRequest, DeleteNamespaceResponse>(
                new() { Namespace = "gone" }, service: "temporal.api.operatorservice.v1.OperatorService");
            Assert.Matches("^gone-deleted-[0-9a-f]{5}$", deleted.DeletedNamespace);
            var error = await Assert.ThrowsAsync<GrpcException>(() => server.StartAsync("wf", configure: r => r.Namespace = "gone"));
            Assert.Equal(GrpcStatusCode.NotFound, error.Code);
        }

        // Whatever the first server did not get to, the second one does.
        await using var again = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db"));
        for (var left = 1; left > 0;)
        {
            left = (await again.CallAsync<ListNamespacesRequest, ListNamespacesResponse>(
                new() { NamespaceFilter = new() { IncludeDeleted = true } })).Namespaces.Count(n => n.NamespaceInfo.Name.StartsWith("gone", StringComparison.Ordinal));
            await Task.Yield();
        }

        await RegisterAsync(again);
        Assert.NotEmpty(await again.StartAsync("wf", configure: r => r.Namespace = "gone"));
        Assert.NotEmpty(await again.HistoryAsync("wf"));
    }

    [Fact]
    public async Task UpdateTaskQueueConfig_OfALimit_OutlivesTheServer()
    {
        using var folder = new TempDir();
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db")))
        {
            await server.CallAsync<UpdateTaskQueueConfigRequest, UpdateTaskQueueConfigResponse>(new()
            {
                Namespace = "default",
                TaskQueue = "tq",
                TaskQueueType = Temporalio.Api.Enums.V1.TaskQueueType.Activity,
                UpdateQueueRateLimit = new() { RateLimit = new() { RequestsPerSecond = 5 }, Reason = "why" },
                SetFairnessWeightOverrides = { ["big"] = 10 },
            });
        }

        await using var again = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db"));
        var seen = await again.CallAsync<DescribeTaskQueueRequest, DescribeTaskQueueResponse>(new()
        {
            Namespace = "default",
            TaskQueue = new() { Name = "tq" },
            TaskQueueType = Temporalio.Api.Enums.V1.TaskQueueType.Activity,
            ReportConfig = true,
        });
        Assert.Equal(5, seen.EffectiveRateLimit.RequestsPerSecond);
        Assert.Equal(Temporalio.Api.Enums.V1.RateLimitSource.Api, seen.EffectiveRateLimit.RateLimitSource);
        Assert.Equal(10, seen.Config.FairnessWeightOverrides["big"]);
    }

    [Theory]
    [InlineData("TaskQueue=\"a\"", 1)]
    [InlineData("SdkName STARTS_WITH 'x' OR WorkerIdentity = 'w2'", 1)]
    [InlineData("", 2)]
    public async Task CountWorkers_WithAFilter_CountsThoseThatMatch(string query, int count)
    {
        await using var server = await TestServer.StartAsync();
        await server.CallAsync<RecordWorkerHeartbeatRequest, RecordWorkerHeartbeatResponse>(new()
        {
            Namespace = "default",
            WorkerHeartbeat =
            {
                new Temporalio.Api.Worker.V1.WorkerHeartbeat { WorkerInstanceKey = "1", WorkerIdentity = "w1", TaskQueue = "a" },
                new Temporalio.Api.Worker.V1.WorkerHeartbeat { WorkerInstanceKey = "2", WorkerIdentity = "w2", TaskQueue = "b" },
            },
        });
        Assert.Equal(count, (await server.CallAsync<CountWorkersRequest, CountWorkersResponse>(new() { Namespace = "default", Query = query })).Count);
    }

    private static Task RegisterAsync(TestServer server) => server.CallAsync<RegisterNamespaceRequest, RegisterNamespaceResponse>(new()
    {
        Namespace = "gone",
        WorkflowExecutionRetentionPeriod = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromDays(1)),
    });
}
