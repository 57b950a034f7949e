using System.Collections.Concurrent;
using System.Globalization;
using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Runs that share a concurrency group.</summary>
public sealed class SemaphoreTests
{
    private static readonly GroupPlan Three = new("source", 3);

    [Fact]
    public async Task Runs_OfAGroup_AreNeverMoreAtOnceThanItsCapacity()
    {
        var random = new Random(7);
        var stand = new FlowStandIns { Load = _ => Task.Delay(random.Next(30)) }.Within(Three);
        await WithAsync(stand, async server =>
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => server.Client.StartRunAsync($"p{i:D2}")));
            await Task.WhenAll(runs.Select(r => r.GetResultAsync()));
            Assert.Equal(3, stand.MostOpen);
            Assert.Equal(40, stand.Published.Count);
            var after = await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 0);
            Assert.Equal((3, 0), (after.Capacity, after.WaitingCount));
        });
    }

    [Fact]
    public async Task Run_WithoutGroups_HasNoEventMore()
    {
        var stand = new FlowStandIns();
        await WithAsync(stand, async server =>
        {
            var run = await server.Client.StartRunAsync("p");
            await run.GetResultAsync();
            var events = (await run.FetchHistoryAsync()).Events;
            Assert.DoesNotContain(events, e => e.SignalExternalWorkflowExecutionInitiatedEventAttributes is not null || e.StartChildWorkflowExecutionInitiatedEventAttributes is not null);

            // Plan, land, load, publish, record.
            Assert.Equal(5, events.Count(e => e.ActivityTaskScheduledEventAttributes is not null));
        });
    }

    [Fact]
    public async Task Turns_OfRunsThatWait_GoByLaneAndAnOperatorOpensTheGate()
    {
        var stand = new FlowStandIns().Within(new GroupPlan("source", 1));
        var hold = new TaskCompletionSource();
        stand.Load = request => request.Plan.Request.Partition == "first" ? hold.Task : Task.CompletedTask;
        await WithAsync(stand, async server =>
        {
            var runs = new List<WorkflowHandle> { await server.Client.StartRunAsync("first") };
            await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 1);
            foreach (var (partition, lane) in new (string, RunLane?)[] { ("b1", RunLane.Backfill), ("late", RunLane.Late), ("b2", RunLane.Backfill), ("live", null) })
            {
                runs.Add(await server.Client.StartRunAsync(partition, lane: lane));
                await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == runs.Count - 1);
            }

            var waiting = await server.UntilAsync<RunProgress>(runs[^1], p => p.Waiting.Any(w => w.Contains("1 of 1 permits are out, to run/x/first", StringComparison.Ordinal)));
            Assert.Equal("waiting for a permit of 'source'", waiting.Step);
            var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => server.Client.SetSemaphoreAsync("source", new PermitSettings { Capacity = -2 }));
            Assert.Contains("Help:", refused.InnerException!.Message, StringComparison.Ordinal);

            Assert.Equal(0, (await server.Client.SetSemaphoreAsync("source", new PermitSettings { Capacity = 0 })).Capacity);
            hold.SetResult();
            await runs[0].GetResultAsync<RunResult>();
            Assert.Equal(["first"], stand.Loads);
            await server.Client.SetSemaphoreAsync("source", new PermitSettings { Capacity = 1 });
            await Task.WhenAll(runs.Select(r => r.GetResultAsync<RunResult>()));
            Assert.Equal(["first", "live", "late", "b1", "b2"], stand.Loads);
        });
    }

    [Fact]
    public async Task Permit_OfARunThatIsCancelledOrFails_IsGivenBack()
    {
        var stand = new FlowStandIns
        {
            Plan = plan => plan with { Retry = new Dictionary<string, StepRetry> { ["load"] = StepRetry.Default with { Attempts = 1 } } },
            Load = request => request.Plan.Request.Partition switch
            {
                "cancelled" => Task.Delay(Timeout.Infinite, Temporalio.Activities.ActivityExecutionContext.Current.CancellationToken),
                "broken" => throw FlowStandIns.Down(),
                _ => Task.CompletedTask,
            },
        }.Within(new GroupPlan("source", 1));
        await WithAsync(stand, async server =>
        {
            var cancelled = await server.Client.StartRunAsync("cancelled");
            await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 1);
            var waiting = await server.Client.StartRunAsync("waiting");
            var broken = await server.Client.StartRunAsync("broken");
            var good = await server.Client.StartRunAsync("good");
            await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == 3);
            await waiting.CancelAsync();
            await Assert.ThrowsAsync<WorkflowFailedException>(() => waiting.GetResultAsync());
            Assert.Equal(2, (await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == 2)).WaitingCount);
            await cancelled.CancelAsync();
            await Assert.ThrowsAsync<WorkflowFailedException>(() => cancelled.GetResultAsync());
            await Assert.ThrowsAsync<WorkflowFailedException>(() => broken.GetResultAsync());
            await good.GetResultAsync();
            await server.Client.UntilSemaphoreAsync("source", s => s is { Leases.Count: 0, WaitingCount: 0 });
            Assert.DoesNotContain("waiting", stand.Loads);
        });
    }

    [Fact]
    public async Task Permit_OfARunThatWasTerminated_IsTakenBackAfterALook()
    {
        var clock = new ManualTime();
        var hold = new TaskCompletionSource();
        var stand = new FlowStandIns { Load = request => request.Plan.Request.Partition == "gone" ? hold.Task : Task.CompletedTask }.Within(new GroupPlan("source", 1));
        await WithAsync(
            stand,
            async server =>
            {
                var gone = await server.Client.StartRunAsync("gone");
                await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 1);
                await FlowHarness.UntilAsync(() => Task.FromResult(stand.Loads.Count == 1));
                await gone.TerminateAsync("lost");
                var next = await server.Client.StartRunAsync("next");
                await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == 1);
                await server.Client.UntilTimersAsync(FlowIds.Semaphore("source"), TimeSpan.FromSeconds(30), 1);
                Assert.Equal(["gone"], stand.Loads);
                clock.Advance(TimeSpan.FromSeconds(31));
                await next.GetResultAsync();
                hold.SetResult();
            },
            clock);
    }

    [Fact]
    public async Task Semaphore_ThatWasLost_HearsOfPermitsFromThoseWhoHaveThem()
    {
        var clock = new ManualTime();
        var hold = new TaskCompletionSource();
        var stand = new FlowStandIns { Load = request => request.Plan.Request.Partition == "held" ? hold.Task : Task.CompletedTask }.Within(new GroupPlan("source", 1));
        await WithAsync(
            stand,
            async server =>
            {
                var held = await server.Client.StartRunAsync("held");
                await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 1);
                await server.Client.UntilTimersAsync(held.Id, TimeSpan.FromMinutes(1), 1);
                var waiting = await server.Client.StartRunAsync("waiting");
                await server.Client.UntilTimersAsync(waiting.Id, TimeSpan.FromMinutes(5), 1);
                await server.Client.GetWorkflowHandle(FlowIds.Semaphore("source")).TerminateAsync("lost");

                // Within a minute it is there again and knows who has its permit; who waits asks again.
                clock.Advance(TimeSpan.FromSeconds(61));
                await server.Client.UntilSemaphoreAsync("source", s => s is { WaitingCount: 0, Leases.Count: 1 });
                clock.Advance(TimeSpan.FromMinutes(4));
                await server.Client.UntilSemaphoreAsync("source", s => s is { WaitingCount: 1, Leases: [{ Request.WorkflowId: "run/x/held" }] });
                Assert.DoesNotContain("waiting", stand.Loads);

                hold.SetResult();
                await Task.WhenAll(held.GetResultAsync(), waiting.GetResultAsync());
            },
            clock);
    }

    [Fact]
    public async Task Rate_OfAGroup_LetsNoMoreBeginWithinAMinute()
    {
        var clock = new ManualTime();
        var stand = new FlowStandIns().Within(new GroupPlan("source", 10) { RatePerMinute = 2 });
        await WithAsync(
            stand,
            async server =>
            {
                var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => server.Client.StartRunAsync($"p{i}")));
                await FlowHarness.UntilAsync(() => Task.FromResult(stand.Published.Count == 2));
                var waiting = await server.Client.UntilSemaphoreAsync("source", s => s is { WaitingCount: 2, Leases.Count: 0 });
                Assert.Contains("2 steps have begun within a minute", waiting.Blocked, StringComparison.Ordinal);
                await server.Client.UntilTimersAsync(FlowIds.Semaphore("source"), TimeSpan.FromMinutes(1), 1);
                Assert.Equal(2, stand.Loads.Count);
                clock.Advance(TimeSpan.FromSeconds(61));
                await Task.WhenAll(runs.Select(r => r.GetResultAsync()));
                Assert.Equal(4, stand.Loads.Count);
            },
            clock);
    }

    [Fact]
    public async Task Semaphore_ThatContinuesAsNew_KeepsPermitsAndThoseWhoWait()
    {
        var hold = new TaskCompletionSource();
        var stand = new FlowStandIns { Load = request => request.Plan.Request.Partition == "held" ? hold.Task : Task.CompletedTask }.Within(new GroupPlan("source", 1));
        await WithAsync(stand, async server =>
        {
            var held = await server.Client.StartRunAsync("held");
            await server.Client.UntilSemaphoreAsync("source", s => s.Leases.Count == 1);
            var waiting = await server.Client.StartRunAsync("waiting");
            await server.Client.UntilSemaphoreAsync("source", s => s.WaitingCount == 1);
            var semaphore = server.Client.GetWorkflowHandle(FlowIds.Semaphore("source"));
            var first = (await semaphore.DescribeAsync()).RunId;
            while ((await semaphore.DescribeAsync()) is { HistoryLength: < 4_100 } seen && seen.RunId == first)
            {
                // Signals of somebody who has nothing to give back.
                await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => semaphore.SignalAsync("release", [new PermitRelease("nobody's", PermitOutcome.Unknown)])));
            }

            // One more, when all is quiet: a workflow does not continue as new while signals come.
            await semaphore.SignalAsync("release", [new PermitRelease("nobody's", PermitOutcome.Unknown)]);
            await FlowHarness.UntilAsync(async () => (await semaphore.DescribeAsync()).RunId != first);
            var after = await server.Client.SemaphoreAsync("source");
            Assert.Equal(("run/x/held", "run/x/waiting"), (Assert.Single(after.Leases).Request.WorkflowId, Assert.Single(after.Waiting).Request.WorkflowId));
            hold.SetResult();
            await held.GetResultAsync();
            await waiting.GetResultAsync();
            Assert.Equal(1, stand.MostOpen);
        });
    }

    [Fact]
    public async Task Permits_OverDeathsOfWorkerAndServer_StayWithThoseWhoHaveThem()
    {
        using var folder = new TempDir();
        var options = new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = folder.At("temporal.db") };
        var server = await TemporalDevServer.StartAsync(options);
        options.Port = int.Parse(server.Address.Split(':')[1], CultureInfo.InvariantCulture);
        var gate = new TaskCompletionSource();
        var tries = new ConcurrentDictionary<string, int>();
        var stand = new FlowStandIns { Load = async request => { tries.AddOrUpdate(request.Plan.Request.Partition, 1, (_, n) => n + 1); await gate.Task.WaitAsync(Temporalio.Activities.ActivityExecutionContext.Current.CancellationToken); } }.Within(new GroupPlan("source", 2));
        try
        {
            var client = await TemporalClient.ConnectAsync(new(server.Address) { DataConverter = PayloadFormat.Converter });
            List<WorkflowHandle<Orchestrator.Workflows.PipelineRunWorkflow, RunResult>> runs = [];
            await WorkAsync(client, stand, async () =>
            {
                foreach (var i in Enumerable.Range(0, 6))
                {
                    runs.Add(await client.StartRunAsync($"p{i}"));
                }

                await client.UntilSemaphoreAsync("source", s => s is { Leases.Count: 2, WaitingCount: 4 });
            });

            // No worker is there, and then no server.
            await server.DisposeAsync();
            server = await TemporalDevServer.StartAsync(options);
            client = await TemporalClient.ConnectAsync(new(server.Address) { DataConverter = PayloadFormat.Converter });
            await WorkAsync(client, stand, async () =>
            {
                var after = await client.SemaphoreAsync("source");
                Assert.Equal((2, 4), (after.Leases.Count, after.WaitingCount));
                gate.SetResult();
                await Task.WhenAll(runs.Select(r => client.GetWorkflowHandle<Orchestrator.Workflows.PipelineRunWorkflow, RunResult>(r.Id).GetResultAsync()));
                await client.UntilSemaphoreAsync("source", s => s is { Leases.Count: 0, WaitingCount: 0 });
            });
            Assert.InRange(stand.MostOpen, 1, 2);
            Assert.Equal(6, stand.Published.Count);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task WorkAsync(TemporalClient client, FlowStandIns stand, Func<Task> body)
    {
        var options = new TemporalWorkerOptions(OrchestrationServer.Queue) { GracefulShutdownTimeout = TimeSpan.Zero };
        options.Configure(stand);
        using var worker = new TemporalWorker(client, options);
        await worker.ExecuteAsync(body);
    }

    private static async Task WithAsync(FlowStandIns stand, Func<OrchestrationServer, Task> body, TimeProvider? clock = null)
    {
        await using var server = await OrchestrationServer.StartAsync(clock);
        await server.WithWorkerAsync(options => options.Configure(stand), () => body(server));
    }
}
