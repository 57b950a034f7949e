using System.Collections.Concurrent;
using System.Globalization;
using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Two tenants on one stack: how soon live runs of one begin while the other fills its years.</summary>
public sealed class MixedLoadTests
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _begun = new();

    /// <summary>
    /// The worker has fewer places than the backfill fills: a live run takes the next one that is free, a run that is as patient as the backfill waits behind it. Both are
    /// measured in turns, so that a busy machine slows both.
    /// </summary>
    [Fact]
    public async Task LiveRun_WhileAnotherTenantsBackfillFillsTheWorker_BeginsBeforeWhatWaits()
    {
        const int Partitions = 100;
        var (live, patient) = (new List<double>(), new List<double>());
        var ended = await LoadAsync(Partitions, places: 4, concurrency: 16, async (client, goOn) =>
        {
            for (var i = 0; goOn(); i++)
            {
                live.Add(await DelayAsync(client, "live", i, RunPriority.Of(RunLane.Live, RunPriority.Default, "live")));
                patient.Add(await DelayAsync(client, "patient", i, RunPriority.Of(RunLane.Backfill, RunPriority.Default, null)));
            }
        });

        Assert.Equal((Partitions, 0), (ended.Published, ended.Failed));
        Assert.InRange(live.Count, 3, int.MaxValue);
        Assert.True(Share(live, 0.5) < Share(patient, 0.5) * 0.75, $"live {Share(live, 0.5)} ms, as patient as the backfill {Share(patient, 0.5)} ms");
    }

    /// <summary><c>eng/soak flow-load</c>: the start delay of live runs against that on an idle stack, on a machine that does nothing else.</summary>
    [Fact]
    public async Task LiveRuns_WhileAnotherTenantBackfills_BeginAlmostAsSoonAsOnAnIdleStack()
    {
        Assert.SkipUnless(int.TryParse(Environment.GetEnvironmentVariable("FLOW_LOAD_PARTITIONS"), CultureInfo.InvariantCulture, out var partitions), "a measurement: eng/soak flow-load");
        var (idle, busy) = (new List<double>(), new List<double>());
        var ended = await LoadAsync(
            partitions,
            places: 24,
            concurrency: 8,
            async (client, goOn) =>
            {
                for (var i = 0; goOn(); i++)
                {
                    busy.Add(await DelayAsync(client, "live", i, RunPriority.Of(RunLane.Live, RunPriority.Default, "live")));
                    await Task.Delay(20);
                }
            },
            async client =>
            {
                for (var i = 0; i < 220; i++)
                {
                    idle.Add(await DelayAsync(client, "idle", i, RunPriority.Of(RunLane.Live, RunPriority.Default, "live")));
                    await Task.Delay(20);
                }

                // The first ones are those of a process that is being compiled.
                idle.RemoveRange(0, 20);
            });

        var (quiet, loaded) = (Share(idle, 0.95), Share(busy, 0.95));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"start delay of live runs: p95 {quiet:0.0} ms (p50 {Share(idle, 0.5):0.0}) on an idle stack, {idle.Count} runs; p95 {loaded:0.0} ms (p50 {Share(busy, 0.5):0.0}) while {partitions} partitions of another tenant run, {busy.Count} runs; ratio of p95 {loaded / quiet:0.00}"));
        Assert.Equal((partitions, 0), (ended.Published, ended.Failed));
        Assert.True(loaded <= 2 * quiet, $"{loaded} ms against {quiet} ms");
    }

    /// <summary>Runs a backfill of tenant 'big', whose steps take 40 to 160 ms, and something beside it while three quarters of it are not done.</summary>
    private async Task<BackfillProgress> LoadAsync(int partitions, int places, int concurrency, Func<ITemporalClient, Func<bool>, Task> beside, Func<ITemporalClient, Task>? before = null)
    {
        var random = new Random(20261121);
        var stand = new FlowStandIns
        {
            Plan = plan =>
            {
                Begin(plan.Request).TrySetResult(TimeProvider.System.GetTimestamp());
                return plan;
            },
            Load = request => request.Plan.Request.Pipeline == "big" ? Task.Delay(random.Next(40, 160)) : Task.CompletedTask,
        };
        BackfillProgress? ended = null;
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            options =>
            {
                options.Configure(stand);
                options.MaxConcurrentActivities = places;
                options.DisableWorkflowTracingEventListener = true; // as the product's worker has it
                options.AddWorkflow<BackfillWorkflow>().AddAllActivities(new BackfillStandIns(partitions));
            },
            async () =>
            {
                await (before?.Invoke(server.Client) ?? Task.CompletedTask);
                var request = new BackfillRequest { Pipeline = "big", Name = "years", Approved = true, Concurrency = concurrency };
                var backfill = await server.Client.StartWorkflowAsync((BackfillWorkflow w) => w.RunAsync(request), new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
                await FlowHarness.UntilAsync(() => Task.FromResult(stand.Open.Count >= Math.Min(places, concurrency)));
                await beside(server.Client, () => stand.Published.Count(p => p.StartsWith('p')) < partitions * 3 / 4);
                ended = await backfill.GetResultAsync();
            });
        return ended!;
    }

    /// <summary>Time from the call that starts a run to its first step, in milliseconds.</summary>
    private async Task<double> DelayAsync(ITemporalClient client, string pipeline, int number, Priority priority)
    {
        var request = new RunRequest(pipeline, $"d{number:D5}");
        var started = TimeProvider.System.GetTimestamp();
        await client.StartWorkflowAsync((PipelineRunWorkflow w) => w.RunAsync(request), new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue) { Priority = priority });
        return TimeProvider.System.GetElapsedTime(started, await Begin(request).Task).TotalMilliseconds;
    }

    private TaskCompletionSource<long> Begin(RunRequest request) => _begun.GetOrAdd(request.WorkflowId, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    private static double Share(List<double> delays, double share)
    {
        var sorted = delays.Order().ToArray();
        return sorted[(int)((sorted.Length - 1) * share)];
    }
}
