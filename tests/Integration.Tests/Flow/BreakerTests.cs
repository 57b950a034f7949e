using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Runs whose source is down.</summary>
public sealed class BreakerTests
{
    private static readonly TimeSpan Cooldown = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Runs_OfASourceThatIsDown_WaitUntilOneTrySucceeds()
    {
        var clock = new ManualTime();
        var down = true;
        var stand = new FlowStandIns
        {
            Plan = plan => plan with { Retry = new Dictionary<string, StepRetry> { ["load"] = StepRetry.Default with { Attempts = 1 } } },
            Load = _ => down ? throw FlowStandIns.Down() : Task.CompletedTask,
        }.Within(new GroupPlan("source", 4) { Breaker = new BreakerRule(2, Cooldown) });
        await using var server = await OrchestrationServer.StartAsync(clock);
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            foreach (var failing in new[] { "p0", "p1" })
            {
                var run = await server.Client.StartRunAsync(failing);
                await Assert.ThrowsAsync<WorkflowFailedException>(() => run.GetResultAsync());
            }

            await server.Client.UntilSemaphoreAsync("source", s => s.Breaker.Phase is BreakerPhase.Open);
            var waiting = new[] { await server.Client.StartRunAsync("p2"), await server.Client.StartRunAsync("p3"), await server.Client.StartRunAsync("p4") };
            await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == 3);
            foreach (var run in waiting)
            {
                await server.UntilAsync<RunProgress>(run, p => p.Waiting.Any(w => w.Contains("circuit breaker is open until", StringComparison.Ordinal) && w.Contains("the source does not answer", StringComparison.Ordinal)));
            }

            Assert.Equal(2, stand.Loads.Count);
            await server.Client.UntilTimersAsync(FlowIds.Breaker("source"), Cooldown, 1);
            clock.Advance(Cooldown + TimeSpan.FromSeconds(1));

            // One try, which fails: the others wait on.
            await server.Client.UntilTimersAsync(FlowIds.Breaker("source"), Cooldown, 2);
            await server.Client.UntilSemaphoreAsync("source", s => s is { WaitingCount: 2, Leases.Count: 0, Breaker.Phase: BreakerPhase.Open });
            Assert.Equal(3, stand.Loads.Count);
            down = false;
            clock.Advance(Cooldown + TimeSpan.FromSeconds(1));
            Assert.Equal(2, (await Task.WhenAll(waiting.Select(EndAsync))).Count(published => published));
            Assert.Equal(5, stand.Loads.Count);
            Assert.Equal(BreakerPhase.Closed, (await server.Client.UntilSemaphoreAsync("source", s => s.Breaker.Phase is BreakerPhase.Closed)).Breaker.Phase);
        });
    }

    [Fact]
    public async Task Breaker_OpenedByHand_HoldsRunsBackUntilItIsClosed()
    {
        var stand = new FlowStandIns().Within(new GroupPlan("source", 4));
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            await (await server.Client.StartRunAsync("p0")).GetResultAsync();
            var breaker = await server.Client.StartWorkflowAsync(FlowIds.BreakerType, [new BreakerStart("source")], new WorkflowOptions(FlowIds.Breaker("source"), OrchestrationServer.Queue));
            await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => breaker.ExecuteUpdateAsync<BreakerState>("open", [new BreakerOrder("ann", "")]));
            await breaker.ExecuteUpdateAsync<BreakerState>("open", [new BreakerOrder("ann", "the source is moved")]);
            await server.Client.UntilSemaphoreAsync("source", s => s.Breaker.Phase is BreakerPhase.Open);
            var run = await server.Client.StartRunAsync("p1");
            await server.UntilAsync<RunProgress>(run, p => p.Waiting.Any(w => w.Contains("opened by ann: the source is moved", StringComparison.Ordinal)));
            Assert.Single(stand.Loads);
            await breaker.ExecuteUpdateAsync<BreakerState>("close", [new BreakerOrder("ann", "moved")]);
            await run.GetResultAsync();
        });
    }

    [Fact]
    public async Task Failure_OfBadData_SaysNothingOfTheSource()
    {
        var stand = new FlowStandIns
        {
            Load = request => request.Plan.Request.Partition == "good" ? Task.CompletedTask : throw new ApplicationFailureException("bad data", "csv.truncated", nonRetryable: true),
        }.Within(new GroupPlan("source", 1) { Breaker = new BreakerRule(1, Cooldown) });
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            Assert.False(await EndAsync(await server.Client.StartRunAsync("bad")));
            Assert.True(await EndAsync(await server.Client.StartRunAsync("good")));
        });
    }

    private static async Task<bool> EndAsync(WorkflowHandle<Orchestrator.Workflows.PipelineRunWorkflow, RunResult> run)
    {
        try
        {
            await run.GetResultAsync();
            return true;
        }
        catch (WorkflowFailedException)
        {
            return false;
        }
    }
}
