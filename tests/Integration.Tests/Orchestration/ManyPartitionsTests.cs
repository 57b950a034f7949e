using System.Diagnostics;
using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Client;

namespace Integration.Tests.Orchestration;

/// <summary>
/// A backfill of many partitions without data, one in twenty of which fails, once or for ever, while it is paused, resumed, made faster and slower, told to repeat what failed, and three of its workers
/// vanish in the middle of what they do. <c>BACKFILL_PARTITIONS</c> and <c>BACKFILL_SEED</c> say how many and which fail.
/// </summary>
public sealed class ManyPartitionsTests(ITestOutputHelper output)
{
    private static readonly int Count = SoakSetting.Number("BACKFILL_PARTITIONS", 200);
    private static readonly int Seed = SoakSetting.Number("BACKFILL_SEED", 20261121);

    [Fact]
    public async Task Backfill_SteeredWhileWorkersVanishAndRunsFail_RunsEachOnceAndAddsUp()
    {
        var (random, stand, began) = (new Random(Seed), new BackfillStandIns(Count), Stopwatch.GetTimestamp());
        foreach (var i in Enumerable.Range(0, Count).Where(_ => random.Next(20) == 0).ToArray())
        {
            // What fails once behind the last call to repeat it would stay failed.
            stand.Broken[BackfillStandIns.Partition(i)] = random.Next(2) == 0 && i < Count * 8 / 10;
        }

        await using var server = await OrchestrationServer.StartAsync(new HurriedTime(4));
        var workers = new List<VanishingWorker>();
        try
        {
            async Task NextWorkerAsync() =>
                workers.Add(await VanishingWorker.StartAsync(server, o => o.AddWorkflow<BackfillWorkflow>().AddWorkflow<BackfillStandIns.Run>().AddAllActivities(stand)));

            await NextWorkerAsync();
            var request = new BackfillRequest { Pipeline = "x", Name = "ten-thousand", Approved = true, Concurrency = 8 };
            await server.Client.StartWorkflowAsync("Backfill", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue) { TaskTimeout = TimeSpan.FromSeconds(2) });
            var handle = server.Client.GetWorkflowHandle(request.WorkflowId);

            Task<BackfillProgress> DoneAsync(int percent) => server.UntilAsync<BackfillProgress>(handle, p => p.Published + p.Failed + p.Skipped >= Count * percent / 100);
            Task SetAsync(int concurrency) => handle.ExecuteUpdateAsync<BackfillProgress>("set-concurrency", [concurrency]);
            async Task VanishAsync()
            {
                await workers[^1].VanishAsync();
                await NextWorkerAsync();
            }

            async Task RestAsync(bool repeat)
            {
                await handle.ExecuteUpdateAsync<BackfillProgress>("pause", []);
                var paused = await server.UntilAsync<BackfillProgress>(handle, p => p is { Phase: "paused", Running.Count: 0 });
                if (repeat)
                {
                    await handle.ExecuteUpdateAsync<BackfillProgress>("retry-failed", []);
                }

                var seen = await handle.QueryAsync<BackfillProgress>("progress", []);
                Assert.Equal((paused.Published, paused.Skipped, Count), (seen.Published, seen.Skipped, seen.Published + seen.Skipped + seen.Failed + seen.Left));
                await handle.ExecuteUpdateAsync<BackfillProgress>("resume", []);
            }

            var skipped = BackfillStandIns.Partition(Count - 2);
            await DoneAsync(10);
            await VanishAsync();
            await DoneAsync(20);
            await RestAsync(repeat: false);
            await SetAsync(16);
            await DoneAsync(35);
            await handle.ExecuteUpdateAsync<BackfillProgress>("skip", [skipped]);
            await VanishAsync();
            await DoneAsync(45);
            await SetAsync(3);
            await DoneAsync(50);

            // Two at once, in the middle of what they count.
            await Task.WhenAll(handle.ExecuteUpdateAsync<BackfillProgress>("retry-failed", []), handle.ExecuteUpdateAsync<BackfillProgress>("retry-failed", []));
            await SetAsync(12);
            await DoneAsync(70);
            await VanishAsync();

            // Few at once, so that some are left when it is asked to rest.
            await SetAsync(2);
            await DoneAsync(80);
            await RestAsync(repeat: true);
            await SetAsync(12);

            var ended = await handle.GetResultAsync<BackfillProgress>();

            var forever = stand.Broken.Where(b => !b.Value && b.Key != skipped).Select(b => b.Key).Order(StringComparer.Ordinal).ToArray();
            var last = stand.Report.GroupBy(o => o.Partition).ToDictionary(g => g.Key, g => g.Last().Outcome);
            var lengths = new List<long>();
            await foreach (var run in server.Client.ListWorkflowsAsync($"WorkflowId = '{request.WorkflowId}'"))
            {
                lengths.Add((await server.Client.GetWorkflowHandle(run.Id, run.RunId).FetchHistoryAsync()).Events.Count);
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Count} partitions, seed {Seed}: {ended.Published} published, {ended.Skipped} skipped, {ended.Failed} failed of {stand.Broken.Count} that failed at least once; {stand.Begun.Values.Sum()} runs, {lengths.Count} histories of at most {lengths.Max()} events, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
            Assert.Equal("completed", ended.Phase);
            Assert.Equal((Count - forever.Length - 1, 1, forever.Length, 0), (ended.Published, ended.Skipped, ended.Failed, ended.Left));
            Assert.Equal(10 * ended.Published, ended.Rows);
            Assert.Equal((100L * ended.Published, 0.75m * ended.Published), (ended.Cost!.Bytes, ended.Cost.Total));
            Assert.Equal(Count, last.Count);
            Assert.Equal((ended.Published, ended.Skipped), (last.Values.Count(o => o == "published"), last.Values.Count(o => o == "skipped")));
            Assert.Equal(forever, last.Where(o => o.Value == "failed").Select(o => o.Key).Order(StringComparer.Ordinal));
            Assert.Equal(ended.Published, stand.Made.Count);
            Assert.All(stand.Made, m => Assert.True(m.Value == 1, $"{m.Key} was made {m.Value} times"));
            Assert.All(stand.Begun.Where(b => !stand.Broken.ContainsKey(b.Key)), b => Assert.True(b.Value == 1, $"{b.Key} began {b.Value} times"));
            Assert.All(lengths, length => Assert.InRange(length, 1, 999));
        }
        finally
        {
            foreach (var worker in workers)
            {
                await worker.DisposeAsync();
            }
        }
    }
}
