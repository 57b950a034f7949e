using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Triggers;
using Orchestrator.Pipelines;
using Orchestrator.Workers;

namespace Integration.Tests.Triggers;

/// <summary>Files start days, days start their week: real runs, with nobody who starts anything.</summary>
public sealed class DataTriggerTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();
    private readonly LakeRoot _lake;

    public DataTriggerTests()
    {
        _lake = new LakeRoot(_workspace.Lake);
        _workspace.Pipeline("shop", "id, amount", "silver.orders: {key: [id]}", "triggers: {arrival: {files: {poll: 1s}}}");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, amount BIGINT, day DATE");
        _workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        _workspace.Write("pipelines/weekly/pipeline.yaml", """
            name: weekly
            owner: data-platform
            partitioning: {unit: week, column: day, start: 2024-W18}
            inputs: {silver.sales: {pipeline: shop, dataset: silver.orders}}
            triggers: {data: {when: all}}
            datasets:
              gold.weeks: {key: [day]}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        _workspace.Contract("weekly", "gold.weeks", "amount BIGINT, day DATE");
        _workspace.Model("weekly", "gold.weeks", "SELECT CAST(sum(amount) AS BIGINT) AS amount, $partition_date AS day FROM silver.sales");
        Directory.CreateDirectory(Path.Combine(_workspace.Pipelines, "shop", "sample"));
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task AWeek_RunsOnceWhenItsLastDayIsThere_AndAgainWhenADayChanges()
    {
        await WithTriggersAsync(
            async (server, specs) =>
            {
                // The first of May 2024 is a Wednesday, and the first day of the pipeline: its week has five days.
                foreach (var day in new[] { 3, 1, 2, 4 })
                {
                    _workspace.Day("shop", day, $"id,amount\n{day},100");
                }

                var weekly = server.Client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf("weekly"));
                await server.UntilAsync<TriggerProgress>(weekly, p => p.Waiting.GetValueOrDefault("2024-W18") == "silver.orders of 2024-05-05");
                var why = Assert.Single(await NotStarted.ReadAsync(specs.Single(s => s.Name == "weekly"), new PipelineFolder(_workspace.Pipelines), _lake, ["2024-W18"], CancellationToken.None));
                Assert.Equal("waits for silver.orders of 2024-05-05", why.Reason);
                Assert.Equal(0, await RunsOfAsync(server, "run/weekly/2024-W18"));

                _workspace.Day("shop", 5, "id,amount\n5,100");
                var first = await PublishedAsync("weekly", "2024-W18", _ => true);
                Assert.Equal(1, await RunsOfAsync(server, "run/weekly/2024-W18"));

                _workspace.Day("shop", 3, "id,amount\n3,1000");
                await PublishedAsync("weekly", "2024-W18", e => e.RunId != first.RunId);
                Assert.Equal(2, await RunsOfAsync(server, "run/weekly/2024-W18"));
                Assert.Equal(2, await RunsOfAsync(server, "run/shop/2024-05-03"));
                Assert.Equal(1, await RunsOfAsync(server, "run/shop/2024-05-02"));

                var rows = await _lake.QueryAsync("select sum(amount) as amount from gold.weeks", CancellationToken.None);
                Assert.Equal("1400", rows.Rows[0][0]?.ToString());
            });
    }

    [Fact]
    public async Task AChangedDay_OfAPipelineWithWindows_IsItsWindowsWork()
    {
        _workspace.Pipeline(
            "shop",
            "id, amount",
            "silver.orders: {key: [id]}",
            "triggers: {arrival: {files: {poll: 1s}}}\nlateness: {dataset: silver.orders, watermark: day, allowed: 1d, seal_after: 2d, quiet: 1s}");
        await WithTriggersAsync(
            async (server, _) =>
            {
                // A day that no clock has sealed yet.
                _workspace.Write("pipelines/shop/sample/2100-05-01.csv", "id,amount\n1,100");
                var first = await PublishedAsync("shop", "2100-05-01", _ => true);
                Assert.Equal(0, await RunsOfAsync(server, "window/shop/2100-05-01"));

                _workspace.Write("pipelines/shop/sample/2100-05-01.csv", "id,amount\n1,300");
                await PublishedAsync("shop", "2100-05-01", e => e.RunId != first.RunId);

                Assert.Equal(1, await RunsOfAsync(server, "window/shop/2100-05-01"));
                Assert.Equal(2, await RunsOfAsync(server, "run/shop/2100-05-01"));
                var rows = await _lake.QueryAsync("select sum(amount) as amount from silver.orders", CancellationToken.None);
                Assert.Equal("300", rows.Rows[0][0]?.ToString());
            });
    }

    private async Task WithTriggersAsync(Func<OrchestrationServer, PipelineSpec[], Task> body)
    {
        await using var server = await OrchestrationServer.StartAsync();
        var settings = new WorkerSettings { TaskQueue = OrchestrationServer.Queue, PipelinesFolder = _workspace.Pipelines, Lake = _workspace.Lake, TraceWorkflowCalls = true };
        using var worker = new PipelineWorker(server.Client, settings, NullLoggerFactory.Instance);
        await worker.ExecuteAsync(
            async () =>
            {
                var sync = new ScheduleSync(server.Client, OrchestrationServer.Queue);
                var specs = new PipelineFolder(_workspace.Pipelines).All().ToArray();
                foreach (var change in await sync.CompareAsync(specs, null, CancellationToken.None))
                {
                    await sync.ApplyAsync(change, specs.Single(s => s.Name == change.Pipeline), CancellationToken.None);
                }

                await body(server, specs);
            },
            CancellationToken.None);
    }

    private async Task<LedgerEntry> PublishedAsync(string pipeline, string partition, Func<LedgerEntry, bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await _lake.ReadLedgerAsync(pipeline, partition, CancellationToken.None) is { Result.Status: RunStatus.Published } entry && condition(entry))
            {
                return entry;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(3), $"{pipeline} {partition} was not published");
            await Task.Delay(50);
        }
    }

    private static async Task<int> RunsOfAsync(OrchestrationServer server, string id)
    {
        var runs = 0;
        await foreach (var run in server.Client.ListWorkflowsAsync($"WorkflowId = '{id}'"))
        {
            runs++;
        }

        return runs;
    }
}
