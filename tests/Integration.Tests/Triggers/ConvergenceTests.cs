using Integration.Tests.Flow;
using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Triggers;

/// <summary>Whatever starts a partition, and however often at once, there is one run.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public async Task OnePartition_StartedByEverythingAtOnce_IsRunOnce()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\"}\ntriggers: {arrival: {files: {poll: 1h}}}", TriggerBench.Instant("2026-01-01T05:00Z"));
        bench.Runs.AreHeld = true;
        bench.Day("2025-12-31", "id\n1");
        var request = new RunRequest(TriggerBench.Pipeline, "2025-12-31");
        await bench.WithAsync(async () =>
        {
            await bench.ApplyAsync();
            var client = bench.Server.Client;
            var tick = Task.Run(() => bench.TickAsync(TriggerBench.Instant("2026-01-01T06:00Z")));
            var arrival = client.StartWorkflowAsync("Trigger", [new TriggerRequest(TriggerBench.Pipeline)], Options(bench.Trigger.Id, WorkflowIdConflictPolicy.UseExisting));
            var told = client.StartWorkflowAsync(
                "Trigger", [new TriggerRequest(TriggerBench.Pipeline)], new WorkflowOptions(bench.Trigger.Id, OrchestrationServer.Queue) { StartSignal = "published", StartSignalArgs = [new PublishedNote("up", "2025-12-31")] });
            var commands = Enumerable.Range(0, 4).Select(_ => client.StartWorkflowAsync("PipelineRun", [request], Options(request.WorkflowId, WorkflowIdConflictPolicy.UseExisting)));
            var plain = Enumerable.Range(0, 4).Select(_ => StartPlainlyAsync(client, request));
            await Task.WhenAll([tick, arrival, told, .. commands, .. plain]);
            var backfill = new BackfillRequest { Pipeline = TriggerBench.Pipeline, Name = "all", Approved = true };
            await client.StartWorkflowAsync("Backfill", [backfill], new WorkflowOptions(backfill.WorkflowId, OrchestrationServer.Queue));

            await bench.Server.UntilAsync<TriggerProgress>(bench.Trigger, p => p.LookedAt is not null && p.Recent.Count(r => r.Contains("2025-12-31", StringComparison.Ordinal)) >= 1);
            await FlowHarness.UntilAsync(async () =>
                (await client.GetWorkflowHandle(backfill.WorkflowId).FetchHistoryAsync()).Events.Any(e => e.ActivityTaskScheduledEventAttributes?.ActivityType?.Name == "AwaitRun"));
            await bench.UntilAsync(() => bench.Began.Length > 0, "a run");
            await bench.EndAsync("2025-12-31");
            Assert.Equal(1, (await client.GetWorkflowHandle(backfill.WorkflowId).GetResultAsync<BackfillProgress>()).Published);

            var runs = 0;
            await foreach (var run in client.ListWorkflowsAsync($"WorkflowId = '{request.WorkflowId}'"))
            {
                runs++;
            }

            Assert.Equal(1, runs);
            Assert.Equal(["2025-12-31"], bench.Began);
        });
    }

    [Fact]
    public async Task OnePartition_StartedUnderOtherIds_IsRunOnceAndAllHearOfIt()
    {
        var hold = new TaskCompletionSource();
        var stand = new FlowStandIns { Load = _ => hold.Task };
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            options =>
            {
                options.Configure(stand);
                options.AddAllActivities(new BackfillStandIns(0));
            },
            async () =>
            {
                // As 'temporal workflow start' does that is given no id.
                var request = new RunRequest("x", "p");
                var starts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Client.StartWorkflowAsync("PipelineRun", [request], Options(Guid.NewGuid().ToString(), WorkflowIdConflictPolicy.Fail))));
                await FlowHarness.UntilAsync(() => Task.FromResult(stand.Loads.Count == 1));
                Assert.Equal("runs as run/x/p", (await starts[0].QueryAsync<RunProgress>("progress", [])).Step);
                hold.SetResult();
                Assert.All(await Task.WhenAll(starts.Select(s => s.GetResultAsync<RunResult>())), r => Assert.Equal(RunStatus.Published, r.Status));
                Assert.Equal(("p", "p"), (Assert.Single(stand.Loads), Assert.Single(stand.Published)));

                // Whoever attached to one that fails hears that too.
                stand.Load = _ => throw new ApplicationFailureException("broken", "test", nonRetryable: true);
                var failing = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => server.Client.StartWorkflowAsync("PipelineRun", [request], Options(Guid.NewGuid().ToString(), WorkflowIdConflictPolicy.Fail))));
                foreach (var one in failing)
                {
                    Assert.Contains("broken", (await Assert.ThrowsAsync<WorkflowFailedException>(() => one.GetResultAsync<RunResult>())).ToString(), StringComparison.Ordinal);
                }
            });
    }

    [Fact]
    public async Task Arrival_WhileItsPartitionRuns_IsStartedAfterwards()
    {
        using var bench = new TriggerBench("triggers: {arrival: {files: {poll: 1m}}}", TriggerBench.Instant("2026-01-01T05:00Z"));
        bench.Runs.AreHeld = true;
        bench.Day("2025-12-31", "id\n1");
        await bench.WithAsync(async () =>
        {
            await bench.Server.Client.StartWorkflowAsync("Trigger", [new TriggerRequest(TriggerBench.Pipeline)], Options(bench.Trigger.Id, WorkflowIdConflictPolicy.UseExisting));
            await bench.UntilAsync(() => bench.Began.Length == 1, "the first run");
            bench.Day("2025-12-31", "id\n1\n2");
            await LookAsync(bench);
            Assert.Single(bench.Began);
            await bench.EndAsync("2025-12-31");
            await bench.UntilAsync(() => bench.Began.Length == 2, "the run of the file that came meanwhile");
            await bench.EndAsync("2025-12-31");

            // The stand-in writes no ledger: the partition still needs a run, and is not started for the same file again.
            await bench.Server.UntilAsync<TriggerProgress>(bench.Trigger, p => p.Open.Count == 0);
            await LookAsync(bench);
            await LookAsync(bench);
            Assert.Equal(2, bench.Began.Length);
        });
    }

    [Fact]
    public async Task Arrivals_ThatHaveNotSettled_Wait_AndOnesThatAreToldOfDoNotWaitForTheListing()
    {
        using var bench = new TriggerBench("triggers: {arrival: {files: {poll: 6h, settle: 10m, notifications: notices}}}", TimeProvider.System.GetUtcNow());
        bench.Day("2025-12-31", "id\n1");
        await bench.WithAsync(async () =>
        {
            await bench.Server.Client.StartWorkflowAsync("Trigger", [new TriggerRequest(TriggerBench.Pipeline)], Options(bench.Trigger.Id, WorkflowIdConflictPolicy.UseExisting));
            var waiting = await bench.Server.UntilAsync<TriggerProgress>(bench.Trigger, p => p.LookedAt is not null);
            Assert.Equal("its files to stay as they are", waiting.Waiting["2025-12-31"]);
            await bench.ToTimerAsync();
            await bench.UntilAsync(() => bench.Began.Length == 1, "the settled day");

            await bench.IdleAsync();
            bench.Day("2026-01-01", "id\n1");
            bench.Notice("one.json", "{\"Records\":[{\"s3\":{\"object\":{\"key\":\"sample/2026-01-01.csv\"}}}]}");
            await bench.ToTimerAsync();
            await bench.UntilAsync(() => bench.Began.Length == 2, "the day that a notice tells of");

            // It goes with a later look; whether that is the next one depends on when the run has ended.
            for (var looks = 0; looks < 5 && bench.Notices > 0; looks++)
            {
                await bench.ToTimerAsync();
                await bench.IdleAsync();
            }

            await bench.UntilAsync(() => bench.Notices == 0, "the notice to be taken away");
        });
    }

    [Fact]
    public async Task Arrivals_BehindARunThatIsHeld_AreStarted()
    {
        using var bench = new TriggerBench("concurrency: 1\ntriggers: {arrival: {files: {poll: 1m}}}", TriggerBench.Instant("2026-01-03T05:00Z"));
        bench.Runs.AreHeld = true;
        bench.Day("2026-01-01", "id\n1");
        bench.Day("2026-01-02", "id\n2");
        await bench.WithAsync(async () =>
        {
            await bench.Server.Client.StartWorkflowAsync("Trigger", [new TriggerRequest(TriggerBench.Pipeline)], Options(bench.Trigger.Id, WorkflowIdConflictPolicy.UseExisting));
            await bench.UntilAsync(() => bench.Began.Length == 1, "the first");
            await LookAsync(bench);
            Assert.Equal(["2026-01-01"], bench.Began);
            await bench.HoldAsync("2026-01-01");
            await bench.UntilAsync(() => bench.Began.Length == 2, "the second");
        });
    }

    [Fact]
    public async Task Pause_OfATrigger_LooksForNothingUntilItIsResumed()
    {
        using var bench = new TriggerBench("triggers: {arrival: {files: {poll: 1m}}}", TriggerBench.Instant("2026-01-01T05:00Z"));
        await bench.WithAsync(async () =>
        {
            await bench.Server.Client.StartWorkflowAsync("Trigger", [new TriggerRequest(TriggerBench.Pipeline)], Options(bench.Trigger.Id, WorkflowIdConflictPolicy.UseExisting));
            await bench.IdleAsync();
            await bench.Trigger.ExecuteUpdateAsync<TriggerProgress>("pause", ["maintenance"]);
            bench.Day("2025-12-31", "id\n1");
            await bench.ToTimerAsync();
            await bench.IdleAsync();
            Assert.Equal("maintenance", (await bench.Trigger.QueryAsync<TriggerProgress>("progress", [])).Paused);
            Assert.Empty(bench.Began);
            await bench.Trigger.ExecuteUpdateAsync<TriggerProgress>("resume", []);
            await bench.UntilAsync(() => bench.Began.Length == 1, "the day that came meanwhile");
        });
    }

    /// <summary>Makes the trigger look, and waits until it has.</summary>
    private static async Task LookAsync(TriggerBench bench)
    {
        await bench.IdleAsync(open: bench.Runs.AreHeld);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        var before = (await bench.Trigger.QueryAsync<TriggerProgress>("progress", [])).LookedAt;
        await bench.Trigger.SignalAsync("published", [new PublishedNote("up", "x")]);
        await bench.Server.UntilAsync<TriggerProgress>(bench.Trigger, p => p.LookedAt > before);
    }

    private static async Task StartPlainlyAsync(ITemporalClient client, RunRequest request)
    {
        try
        {
            await client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
        }
        catch (WorkflowAlreadyStartedException)
        {
            // As the temporal CLI is told: it runs already.
            return;
        }
    }

    private static WorkflowOptions Options(string id, WorkflowIdConflictPolicy policy) => new(id, OrchestrationServer.Queue) { IdConflictPolicy = policy };
}
