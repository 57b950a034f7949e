using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Workflows that somebody resets, as the Web UI and 'temporal workflow reset' do: the new run has the old one's history, and another run id.</summary>
public sealed class ResetTests
{
    [Fact]
    public async Task Run_ResetWhileItHasAPermit_GoesOnWithIt()
    {
        var hold = new TaskCompletionSource();
        var stand = new FlowStandIns { Load = request => request.Plan.Request.Partition == "p" ? hold.Task : Task.CompletedTask }.Within(new GroupPlan("source", 1));
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            var run = await server.Client.StartRunAsync("p");
            await FlowHarness.UntilAsync(() => Task.FromResult(stand.Loads.Count == 1));
            var again = await ResetAsync(server.Client, run);
            await FlowHarness.UntilAsync(() => Task.FromResult(stand.Loads.Count == 2));
            var next = await server.Client.StartRunAsync("next");
            await server.Client.UntilSemaphoreAsync("source", s => s is { WaitingCount: 1, Leases.Count: 1 });
            hold.SetResult();
            Assert.Equal(RunStatus.Published, (await again.GetResultAsync<RunResult>()).Status);
            await next.GetResultAsync();
            Assert.Equal(["p", "p", "next"], stand.Loads);
            await server.Client.UntilSemaphoreAsync("source", s => s is { Leases.Count: 0, WaitingCount: 0 });
        });
    }

    [Fact]
    public async Task Run_ResetWhileItWaitsForAPermit_GetsOne()
    {
        var hold = new TaskCompletionSource();
        var stand = new FlowStandIns { Load = request => request.Plan.Request.Partition == "first" ? hold.Task : Task.CompletedTask }.Within(new GroupPlan("source", 1));
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            var first = await server.Client.StartRunAsync("first");
            await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 1);
            var run = await server.Client.StartRunAsync("p");
            await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == 1);

            // Before it asked: the new run asks for what the old one waits for.
            var again = await ResetAsync(server.Client, run, first: true);
            await FlowHarness.UntilAsync(async () => (await server.Client.SemaphoreAsync("source")).Waiting is [var only] && only.Request.RunId == again.RunId);
            hold.SetResult();
            Assert.Equal(RunStatus.Published, (await again.GetResultAsync<RunResult>()).Status);
            await first.GetResultAsync();
            Assert.Equal(["first", "p"], stand.Loads);
        });
    }

    [Fact]
    public async Task Redrive_ResetAfterItsBackfillBegan_KnowsItAgain()
    {
        var stand = new RedriveStandIns("2020-03-22");
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(o => o.AddWorkflow<RedriveWorkflow>().AddWorkflow<RedriveStandIns.Backfill>().AddAllActivities(stand), async () =>
        {
            var request = new RedriveRequest { Pipeline = "x" };
            var run = await server.Client.StartWorkflowAsync("Redrive", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            await run.GetResultAsync<RedriveReport>();
            var again = await ResetAsync(server.Client, run);
            Assert.Equal("completed", (await again.GetResultAsync<RedriveReport>()).Phase);
            Assert.Single(stand.Done, d => d.StartsWith("All", StringComparison.Ordinal));
        });
    }

    /// <summary>Resets to the end of its last workflow task, or of its first.</summary>
    private static async Task<WorkflowHandle> ResetAsync(TemporalClient client, WorkflowHandle run, bool first = false)
    {
        var ends = (await run.FetchHistoryAsync()).Events.Where(e => e.WorkflowTaskCompletedEventAttributes is not null).Select(e => e.EventId).ToArray();
        var reset = await client.WorkflowService.ResetWorkflowExecutionAsync(new ResetWorkflowExecutionRequest
        {
            Namespace = client.Options.Namespace,
            WorkflowExecution = new() { WorkflowId = run.Id },
            WorkflowTaskFinishEventId = first ? ends[0] : ends[^1],
            Reason = "by hand",
            RequestId = Guid.NewGuid().ToString(),
        });
        return client.GetWorkflowHandle(run.Id, reset.RunId);
    }
}
