using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Batch;

/// <summary>Batch operations as a client sees them.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Terminate_ByQuery_EndsTheOpenOnesAndCountsThem()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await server.StartAsync($"wf-{i}");
        }

        await server.CompleteAsync(await server.PollWorkflowAsync(), [Commands.Complete()]);

        await StartAsync(server, "job", r => r.TerminationOperation = new() { Identity = "me" });
        var done = await EndOfAsync(server, "job");

        Assert.Equal(BatchOperationState.Completed, done.State);
        Assert.Equal((2, 2, 0), (done.TotalOperationCount, done.CompleteOperationCount, done.FailureOperationCount));
        Assert.Equal(("me", "because", "WorkflowType = 'Wf'"), (done.Identity, done.Reason, done.Query));
        Assert.Equal(BatchOperationType.TerminateWorkflow, done.OperationType);
        Assert.Equal(2, await CountAsync(server, "ExecutionStatus = 'Terminated'"));
    }

    [Fact]
    public async Task Signal_InterruptedByARestart_ReachesEveryWorkflowOnce()
    {
        using var dir = new TempDir();
        const int Runs = 250;
        await using (var first = await TestServer.StartAsync(o => o.DatabaseFile = dir.At("temporal.db")))
        {
            await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => first.StartAsync($"wf-{i}")));
            await StartAsync(first, "job", r =>
            {
                r.SignalOperation = new() { Signal = "go" };
                r.MaxOperationsPerSecond = 200;
            });
            while ((await DescribeAsync(first, "job")).CompleteOperationCount < 110)
            {
                await Task.Delay(10, CancellationToken.None);
            }
        }

        await using var second = await TestServer.StartAsync(o => o.DatabaseFile = dir.At("temporal.db"));
        var done = await EndOfAsync(second, "job");

        Assert.Equal((BatchOperationState.Completed, (long)Runs, (long)Runs), (done.State, done.TotalOperationCount, done.CompleteOperationCount));
        for (var i = 0; i < Runs; i++)
        {
            Assert.Single(await second.HistoryAsync($"wf-{i}"), e => e.EventType == EventType.WorkflowExecutionSignaled);
        }
    }

    [Fact]
    public async Task Start_WhileAnotherRuns_IsRefusedUntilThatIsStopped()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await server.StartAsync($"wf-{i}");
        }

        await StartAsync(server, "slow", r =>
        {
            r.SignalOperation = new() { Signal = "go" };
            r.MaxOperationsPerSecond = 0.5f;
        });
        var refused = await Assert.ThrowsAsync<GrpcException>(() => StartAsync(server, "other", r => r.CancellationOperation = new()));
        Assert.Equal((GrpcStatusCode.ResourceExhausted, "Max concurrent batch operations is reached"), (refused.Code, refused.Message));

        await server.CallAsync<StopBatchOperationRequest, StopBatchOperationResponse>(new() { Namespace = "default", JobId = "slow", Reason = "enough" });
        Assert.Equal(BatchOperationState.Failed, (await DescribeAsync(server, "slow")).State);
        var again = await Assert.ThrowsAsync<GrpcException>(() => server.CallAsync<StopBatchOperationRequest, StopBatchOperationResponse>(
            new() { Namespace = "default", JobId = "slow", Reason = "enough" }));
        Assert.Equal(GrpcStatusCode.NotFound, again.Code);
        var reused = await Assert.ThrowsAsync<GrpcException>(() => StartAsync(server, "slow", r => r.CancellationOperation = new()));
        Assert.Equal(GrpcStatusCode.AlreadyExists, reused.Code);

        await StartAsync(server, "other", r => r.CancellationOperation = new());
        Assert.Equal(20, (await EndOfAsync(server, "other")).CompleteOperationCount);

        var list = await server.CallAsync<ListBatchOperationsRequest, ListBatchOperationsResponse>(new() { Namespace = "default", PageSize = 1 });
        Assert.Equal("other", Assert.Single(list.OperationInfo).JobId);
        list = await server.CallAsync<ListBatchOperationsRequest, ListBatchOperationsResponse>(new() { Namespace = "default", PageSize = 1, NextPageToken = list.NextPageToken });
        Assert.Equal("slow", Assert.Single(list.OperationInfo).JobId);
        Assert.True(list.NextPageToken.IsEmpty);
    }

    [Fact]
    public async Task Reset_ToABuildsFirstTask_GoesBackThere()
    {
        await using var server = await TestServer.StartAsync();
        await server.StartAsync("wf");
#pragma warning disable CS0612 // old in the protocol, and what unversioned workers still send
        foreach (var build in new[] { "1.0", "1.0", "2.0", "2.0" })
        {
            await server.CompleteAsync(await server.PollWorkflowAsync(), [], r =>
            {
                r.WorkerVersionStamp = new() { BuildId = build };
                r.ForceCreateNewWorkflowTask = true;
            });
        }
#pragma warning restore CS0612

        await StartAsync(server, "job", r => r.ResetOperation = new() { Options = new() { BuildId = "2.0" } });
        Assert.Equal(1, (await EndOfAsync(server, "job")).CompleteOperationCount);

        var history = await server.HistoryAsync("wf");
        var reset = Assert.Single(history, e => e.EventType == EventType.WorkflowTaskFailed);
        Assert.Equal(2, history.Count(e => e.EventType == EventType.WorkflowTaskCompleted && e.EventId < reset.EventId));
    }

    [Fact]
    public async Task Start_OfABadQuery_EndsAsFailed()
    {
        await using var server = await TestServer.StartAsync();

        await StartAsync(server, "job", r =>
        {
            r.VisibilityQuery = "Nope = 1";
            r.DeletionOperation = new();
        });

        var done = await EndOfAsync(server, "job");
        Assert.Equal((BatchOperationState.Failed, 0L), (done.State, done.TotalOperationCount));
    }

    [Fact]
    public async Task Apply_ThatARunRefuses_CountsAsFailure()
    {
        await using var server = await TestServer.StartAsync();
        await server.StartAsync("wf");

        await StartAsync(server, "job", r => r.ResetOperation = new() { Options = new() { WorkflowTaskId = 77 } });

        var done = await EndOfAsync(server, "job");
        Assert.Equal((BatchOperationState.Completed, 0L, 1L), (done.State, done.CompleteOperationCount, done.FailureOperationCount));
    }

    private static Task StartAsync(TestServer server, string job, Action<StartBatchOperationRequest> configure)
    {
        var request = new StartBatchOperationRequest { Namespace = "default", JobId = job, Reason = "because", VisibilityQuery = "WorkflowType = 'Wf'" };
        configure(request);
        return server.CallAsync<StartBatchOperationRequest, StartBatchOperationResponse>(request);
    }

    private static Task<DescribeBatchOperationResponse> DescribeAsync(TestServer server, string job) =>
        server.CallAsync<DescribeBatchOperationRequest, DescribeBatchOperationResponse>(new() { Namespace = "default", JobId = job });

    private static async Task<DescribeBatchOperationResponse> EndOfAsync(TestServer server, string job)
    {
        while (true)
        {
            var seen = await DescribeAsync(server, job);
            if (seen.State != BatchOperationState.Running)
            {
                Assert.NotNull(seen.CloseTime);
                return seen;
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task<long> CountAsync(TestServer server, string query) =>
        (await server.CallAsync<CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse>(new() { Namespace = "default", Query = query })).Count;
}
