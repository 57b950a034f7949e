using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Whether there is room for more runs.</summary>
public sealed class FlowRoomTests
{
    [Fact]
    public async Task Room_OfAPipeline_IsThereUntilAsManyWaitAsMayRun()
    {
        using var workspace = new CovidWorkspace("2020-03-21");
        var file = Path.Combine(workspace.PipelineFolder, "pipeline.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\nsources:\n  daily:\n", "\nconcurrency_groups:\n  jhu: { limit: 2 }\n\nsources:\n  daily:\n    concurrency_group: jhu\n", StringComparison.Ordinal));
        var spec = PipelineLoader.Load(workspace.PipelineFolder);
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.AddWorkflow<SemaphoreWorkflow>(), async () =>
        {
            Task<FlowRoom> RoomAsync() => FlowActivities.RoomAsync(server.Client, spec, CancellationToken.None);
            Assert.True((await RoomAsync()).HasRoom);

            var closed = new SemaphoreState { Group = "jhu", Capacity = 0 };
            var semaphore = await server.Client.StartWorkflowAsync(
                (SemaphoreWorkflow w) => w.RunAsync(closed), new WorkflowOptions(FlowIds.Semaphore("jhu"), OrchestrationServer.Queue));
            await AskAsync(semaphore, "first");
            await FlowHarness.UntilAsync(async () => !(await RoomAsync()).HasRoom);
            await server.Client.SetSemaphoreAsync("jhu", new PermitSettings { RatePerMinute = 0, Capacity = 2 });
            Assert.True((await RoomAsync()).HasRoom);
            await AskAsync(semaphore, "second");
            await FlowHarness.UntilAsync(async () => (await RoomAsync()).Reason?.Contains("concurrency group 'jhu': 2 steps wait", StringComparison.Ordinal) == true);

            await semaphore.SignalAsync("release", [new PermitRelease("first", PermitOutcome.Unknown)]);
            await FlowHarness.UntilAsync(async () => (await RoomAsync()).HasRoom);
            await semaphore.SignalAsync("breaker", [new BreakerState { Phase = BreakerPhase.Open, Why = "down" }]);
            await FlowHarness.UntilAsync(async () => (await RoomAsync()).Reason?.Contains("circuit breaker is open: down", StringComparison.Ordinal) == true);
        });
    }

    [Fact]
    public async Task Acquire_ByWhatIsNoRun_IsPassedOverAndTheNextOneIsHeard()
    {
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.AddWorkflow<SemaphoreWorkflow>(), async () =>
        {
            var semaphore = await server.Client.StartWorkflowAsync((SemaphoreWorkflow w) => w.RunAsync(new SemaphoreState { Group = "jhu", Capacity = 0 }), new WorkflowOptions(FlowIds.Semaphore("jhu"), OrchestrationServer.Queue));
            await AskAsync(semaphore, "nobody", "the run of somebody");
            await AskAsync(semaphore, "somebody");

            await FlowHarness.UntilAsync(async () => (await semaphore.QueryAsync<SemaphoreView>("state", [])).Waiting.Select(w => w.Request.Id).SequenceEqual(["somebody"]));
        });
    }

    [Fact]
    public void Findings_WithoutRoom_StartNothingAndAreFoundAnew()
    {
        var found = new TriggerFindings { Starts = [new TriggerStart("p", "arrival", "new file", "v")], Cursor = "c", Notices = ["n"], Poll = TimeSpan.FromMinutes(1) };
        Assert.Same(found, found.IfRoom(new FlowRoom(true)));
        var left = found.IfRoom(new FlowRoom(false, "no permits"));
        Assert.Empty(left.Starts);
        Assert.Empty(left.Notices);
        Assert.Null(left.Cursor);
        Assert.True(left.More);
        Assert.Equal("new file; no permits", left.Waiting["p"]);
        Assert.Equal(found.Poll, left.Poll);
    }

    private static Task AskAsync(WorkflowHandle semaphore, string id, string? run = null) => semaphore.SignalAsync(
        "acquire",
        [new PermitRequest { Id = id, WorkflowId = "run/x/" + id, RunId = run ?? Guid.Empty.ToString(), Step = "land", Pipeline = "covid", Group = new GroupPlan("jhu", 2) }]);
}
