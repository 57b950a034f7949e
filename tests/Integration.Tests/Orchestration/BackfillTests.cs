using Integration.Tests.Flow;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>The backfill workflow over runs without data.</summary>
public sealed class BackfillTests
{
    [Fact]
    public async Task Backfill_OfManyPartitions_RunsEachOnceAndAddsUpWhileItIsSteered()
    {
        const int Count = 400;
        var stand = new BackfillStandIns(Count);
        foreach (var broken in Enumerable.Range(0, Count).Where(i => i % 20 == 7))
        {
            stand.Broken[BackfillStandIns.Partition(broken)] = true;
        }

        await WithAsync(stand, async (server, start) =>
        {
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "many", Approved = true, Concurrency = 6 });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Published > 20);
            await handle.ExecuteUpdateAsync<BackfillProgress>("pause", []);
            var paused = await server.UntilAsync<BackfillProgress>(handle, p => p is { Phase: "paused", Running.Count: 0 });
            await handle.ExecuteUpdateAsync<BackfillProgress>("set-concurrency", [2]);
            await handle.ExecuteUpdateAsync<BackfillProgress>("skip", [BackfillStandIns.Partition(Count - 1)]);
            Assert.Equal(paused.Published, (await handle.QueryAsync<BackfillProgress>("progress", [])).Published);
            await handle.ExecuteUpdateAsync<BackfillProgress>("resume", []);

            var ended = await handle.GetResultAsync<BackfillProgress>();

            Assert.Equal("completed", ended.Phase);
            Assert.Equal(20, ended.Failed);
            Assert.Equal(1, ended.Skipped);
            Assert.Equal(Count - 21, ended.Published);
            Assert.Equal(10 * (Count - 21), ended.Rows);
            Assert.Equal(0, ended.Left);
            Assert.Equal(Count - 21, stand.Made.Count);
            Assert.All(stand.Made.Values, times => Assert.Equal(1, times));
            Assert.InRange(stand.MostOpen, 2, 6);
            Assert.Equal(Count, stand.Report.Select(o => o.Partition).Distinct().Count());

            // It has continued as new: no history grows with the number of partitions.
            Assert.NotEqual(handle.FirstExecutionRunId, (await server.Client.GetWorkflowHandle(handle.Id).DescribeAsync()).RunId);
            Assert.InRange((await server.Client.GetWorkflowHandle(handle.Id).FetchHistoryAsync()).Events.Count, 1, 1_500);
        });
    }

    [Fact]
    public async Task Backfill_WhoseRunsLookBack_MakesEachAfterAllItReads()
    {
        var stand = new BackfillStandIns(60, lookback: 6);
        await WithAsync(stand, async (_, start) =>
        {
            var ended = await (await start(new BackfillRequest { Pipeline = "x", Name = "gated", Approved = true, Concurrency = 5 })).GetResultAsync<BackfillProgress>();
            Assert.Equal(60, ended.Published);
            Assert.Empty(stand.TooEarly);
            Assert.InRange(stand.MostOpen, 2, 5);
        });
    }

    [Fact]
    public async Task Approve_OfAnotherPlan_IsRefusedAndNothingBegins()
    {
        var stand = new BackfillStandIns(5);
        await WithAsync(stand, async (server, start) =>
        {
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "approval" });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Phase == "awaiting approval");
            var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<BackfillProgress>("approve", ["something else"]));
            Assert.Contains(BackfillStandIns.Hash, refused.InnerException!.Message, StringComparison.Ordinal);
            Assert.Empty(stand.Made);

            await handle.ExecuteUpdateAsync<BackfillProgress>("approve", [BackfillStandIns.Hash]);

            Assert.Equal(5, (await handle.GetResultAsync<BackfillProgress>()).Published);
        });
    }

    [Fact]
    public async Task Backfill_OverItsFailureBudget_StopsAndSaysWhy()
    {
        var stand = new BackfillStandIns(50);
        foreach (var i in Enumerable.Range(5, 10))
        {
            stand.Broken[BackfillStandIns.Partition(i)] = true;
        }

        await WithAsync(stand, async (_, start) =>
        {
            var ended = await (await start(new BackfillRequest { Pipeline = "x", Name = "budget", Approved = true, Concurrency = 1, MaxFailures = 2 })).GetResultAsync<BackfillProgress>();
            Assert.Equal("stopped", ended.Phase);
            Assert.Contains("3 runs failed", ended.Reason, StringComparison.Ordinal);
            Assert.Equal((5, 3, 42), (ended.Published, ended.Failed, ended.Left));
        });
    }

    [Fact]
    public async Task Backfill_OverItsCostBudget_PausesAndGoesOnWithAGreaterOne()
    {
        var stand = new BackfillStandIns(12) { FailedCost = new RunCost(1, 50, 0.75m, 0) };
        stand.Broken[BackfillStandIns.Partition(1)] = false;
        await WithAsync(stand, async (server, start) =>
        {
            // Every run costs 0.75, also the one that fails.
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "cost", Approved = true, Concurrency = 1, BudgetCost = 2 });
            var paused = await server.UntilAsync<BackfillProgress>(handle, p => p.Phase == "paused");
            Assert.Equal((2, 1, 2.25m, 2m), (paused.Published, paused.Failed, paused.Cost!.Total, paused.BudgetCost));
            Assert.Contains("set-cost-budget", paused.Reason, StringComparison.Ordinal);

            var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<BackfillProgress>("resume", []));
            Assert.Contains("the budget of 2 is spent", refused.InnerException!.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<BackfillProgress>("set-cost-budget", [2.25m]));
            await handle.ExecuteUpdateAsync<BackfillProgress>("set-cost-budget", [4m]);
            Assert.Equal((5, 1), (await server.UntilAsync<BackfillProgress>(handle, p => p is { Phase: "paused", Published: > 2 })) is var again ? (again.Published, again.Failed) : default);

            // A pause by hand outlasts the budget.
            await handle.ExecuteUpdateAsync<BackfillProgress>("pause", []);
            Assert.Equal(("paused", "paused by hand"), (await handle.ExecuteUpdateAsync<BackfillProgress>("set-cost-budget", [100m])) is var kept ? (kept.Phase, kept.Reason) : default);
            Assert.Equal("running", (await handle.ExecuteUpdateAsync<BackfillProgress>("resume", [])).Phase);

            var ended = await handle.GetResultAsync<BackfillProgress>();
            Assert.Equal(("completed", 11, 1, 9m), (ended.Phase, ended.Published, ended.Failed, ended.Cost!.Total));
        });
    }

    [Fact]
    public async Task RetryFailed_BeforeThePlanIsMade_IsRefusedAndTheBackfillGoesOn()
    {
        var stand = new BackfillStandIns(3) { Planning = new TaskCompletionSource() };
        await WithAsync(stand, async (server, start) =>
        {
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "early", Approved = true });
            await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<BackfillProgress>("retry-failed", []));
            stand.Planning.SetResult();
            Assert.Equal(3, (await handle.GetResultAsync<BackfillProgress>()).Published);
        });
    }

    [Fact]
    public async Task Backfill_OfARunElsewhereThatIsHeld_GoesOnWithoutIt()
    {
        var stand = new BackfillStandIns(6);
        await WithAsync(stand, async (server, start) =>
        {
            var request = new RunRequest("x", BackfillStandIns.Partition(1)) { Gated = true };
            var other = await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            await other.SignalAsync("hold", []);
            var ended = await (await start(new BackfillRequest { Pipeline = "x", Name = "held", Approved = true, Concurrency = 1 })).GetResultAsync<BackfillProgress>();
            Assert.Equal(("completed", 5, 1), (ended.Phase, ended.Published, ended.Held));
            Assert.Equal(request.Partition, Assert.Single(stand.Report, o => o.Outcome == "held").Partition);
            await other.TerminateAsync();
        });
    }

    [Fact]
    public async Task Backfill_OfARunElsewhereThatIsGivenUp_RunsItItself()
    {
        var stand = new BackfillStandIns(3);
        await WithAsync(stand, async (server, start) =>
        {
            var request = new RunRequest("x", BackfillStandIns.Partition(1)) { Gated = true };
            var other = await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "anew", Approved = true, Concurrency = 3 });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Published == 2);
            await other.CancelAsync();
            var ended = await handle.GetResultAsync<BackfillProgress>();
            Assert.Equal((3, 0), (ended.Published, ended.Failed));
            Assert.Equal(1, stand.Made[request.Partition]);
        });
    }

    [Fact]
    public async Task Backfill_WhoseRunsLeftPartitionsToOthers_RunsThoseInTheEndAndOnce()
    {
        var stand = new BackfillStandIns(4, lookback: 2) { Left = { "p00006", "p00007", "p00008" } };
        await WithAsync(stand, async (_, start) =>
        {
            var ended = await (await start(new BackfillRequest { Pipeline = "x", Name = "left", Approved = true, Concurrency = 3 })).GetResultAsync<BackfillProgress>();
            Assert.Equal((7, 0), (ended.Published, ended.Left));
            Assert.Empty(stand.TooEarly);
            Assert.All(stand.Made.Values, times => Assert.Equal(1, times));
        });
    }

    [Fact]
    public async Task RetryFailed_WhileItIsPaused_RunsThemAgain()
    {
        var stand = new BackfillStandIns(30);
        stand.Broken[BackfillStandIns.Partition(3)] = true;
        await WithAsync(stand, async (server, start) =>
        {
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "retry", Approved = true, Concurrency = 1 });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Published > 5);
            await handle.ExecuteUpdateAsync<BackfillProgress>("pause", []);
            await handle.ExecuteUpdateAsync<BackfillProgress>("retry-failed", []);
            await handle.ExecuteUpdateAsync<BackfillProgress>("resume", []);
            var ended = await handle.GetResultAsync<BackfillProgress>();
            Assert.Equal((30, 0), (ended.Published, ended.Failed));
            Assert.All(stand.Made.Values, times => Assert.Equal(1, times));
        });
    }

    [Fact]
    public async Task Backfill_OfARunStartedElsewhere_AttachesToIt()
    {
        var stand = new BackfillStandIns(3);
        await WithAsync(stand, async (server, start) =>
        {
            var request = new RunRequest("x", BackfillStandIns.Partition(1)) { Gated = true };
            var other = await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "attach", Approved = true, Concurrency = 3 });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Published == 2);
            await other.SignalAsync("proceed", []);
            Assert.Equal(3, (await handle.GetResultAsync<BackfillProgress>()).Published);
            Assert.Equal(1, stand.Made[request.Partition]);
        });
    }

    [Fact]
    public async Task Backfill_OfMoreRunsStartedElsewhereThanTheWorkerHasPlaces_LeavesThePlacesToThem()
    {
        var stand = new BackfillStandIns(4);
        await WithAsync(stand, places: 2, body: async (server, start) =>
        {
            var others = new List<WorkflowHandle>();
            foreach (var request in Enumerable.Range(0, 4).Select(i => new RunRequest("x", BackfillStandIns.Partition(i)) { Gated = true }))
            {
                others.Add(await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue)));
            }

            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "attach", Approved = true, Concurrency = 4 });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Running.Count == 4 && stand.Begun.Count == 4);
            await Task.WhenAll(others.Select(o => o.SignalAsync("proceed", [])));
            Assert.Equal(4, (await handle.GetResultAsync<BackfillProgress>()).Published);
            Assert.All(stand.Made.Values, times => Assert.Equal(1, times));
        });
    }

    [Fact]
    public async Task Backfill_OfARunThatIsDeletedMeanwhile_CountsItAsFailed()
    {
        var stand = new BackfillStandIns(1);
        await WithAsync(stand, async (server, start) =>
        {
            var request = new RunRequest("x", BackfillStandIns.Partition(0)) { Gated = true };
            var other = await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "attach", Approved = true });
            await FlowHarness.UntilAsync(async () => (await handle.FetchHistoryAsync()).Events.Any(e => e.ActivityTaskScheduledEventAttributes?.ActivityType?.Name == "AwaitRun"));
            await server.Client.WorkflowService.DeleteWorkflowExecutionAsync(new() { Namespace = server.Client.Options.Namespace, WorkflowExecution = new() { WorkflowId = other.Id } });
            Assert.Equal(1, (await handle.GetResultAsync<BackfillProgress>()).Failed);
            Assert.Contains("was deleted", Assert.Single(stand.Report).Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Cancel_OfABackfill_CancelsItsRunsAndRecordsThem()
    {
        var stand = new BackfillStandIns(10, lookback: 3);
        await WithAsync(stand, async (server, start) =>
        {
            var request = new RunRequest("x", BackfillStandIns.Partition(0)) { Gated = true };
            await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            var handle = await start(new BackfillRequest { Pipeline = "x", Name = "cancel", Approved = true, Concurrency = 3 });
            await server.UntilAsync<BackfillProgress>(handle, p => p.Running.Count == 3 && stand.MostOpen == 3);
            await handle.CancelAsync();
            var ended = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync<BackfillProgress>());
            Assert.IsType<CanceledFailureException>(ended.InnerException);
            Assert.Empty(stand.Made);
            Assert.Equal(["cancelled", "cancelled", "cancelled"], stand.Report.Select(o => o.Outcome));
        });
    }

    private static async Task WithAsync(BackfillStandIns stand, Func<OrchestrationServer, Func<BackfillRequest, Task<WorkflowHandle>>, Task> body, int? places = null)
    {
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            o =>
            {
                o.MaxConcurrentActivities = places;
                o.AddWorkflow<BackfillWorkflow>().AddWorkflow<BackfillStandIns.Run>().AddAllActivities(stand);
            },
            () => body(server, r => server.Client.StartWorkflowAsync("Backfill", [r], new WorkflowOptions(r.WorkflowId, OrchestrationServer.Queue))));
    }
}
