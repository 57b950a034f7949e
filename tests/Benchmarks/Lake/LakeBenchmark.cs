using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;
using Orchestrator.Workers;
using Temporal.DevServer;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// Days through bronze, silver and gold: the whole product (embedded server on file, worker, contracts, commits) beside the same SQL run bare in DuckDB, one
/// after the other in this process.
/// </summary>
internal static class LakeBenchmark
{
    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        BenchPipeline.Create(folder.At("pipelines"));
        var spec = PipelineLoader.Load(folder.At("pipelines", "covid"));
        var days = spec.Sources["daily"].Discover(spec.Partitioning).Partitions.Select(p => (p.Partition, p.Files[0])).ToArray();

        // Once over a few days for both, so that neither pays for the first use of the code.
        new BareMedallion(spec, folder.At("bare-warm")).Run(days[..3]);
        await RunProductAsync(folder, "warm", spec, days[..3].Select(d => d.Partition.Value), cancellationToken);

        var bare = new BareMedallion(spec, folder.At("bare"));
        var cpu = CpuSeconds();
        var started = Stopwatch.GetTimestamp();
        bare.Run(days);
        var bareSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var bareCpu = CpuSeconds() - cpu;

        cpu = CpuSeconds();
        started = Stopwatch.GetTimestamp();
        var steps = await RunProductAsync(folder, "product", spec, days.Select(d => d.Partition.Value), cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var productCpu = CpuSeconds() - cpu;

        var baseline = new BenchFigure("lake.medallion.bare_s", bareSeconds, "s");
        return
        [
            new BenchFigure("lake.medallion.days", days.Length, "days"),
            new BenchFigure("lake.medallion.s", seconds, "s").Beside(baseline),
            new BenchFigure("lake.medallion.ratio", seconds / bareSeconds, "x", baseline.Name, bareSeconds, seconds / bareSeconds),
            new BenchFigure("lake.medallion.cpu_s", productCpu, "s").Beside(new BenchFigure("lake.medallion.bare_cpu_s", bareCpu, "s")),
            .. new[] { ("bronze", "bronze.daily_reports"), ("silver", "silver.cases"), ("gold", "gold.country_daily") }.Select(l =>
                new BenchFigure($"lake.medallion.{l.Item1}.busy_s", steps.Where(s => s.Key.EndsWith(l.Item2, StringComparison.Ordinal)).Sum(s => s.Value), "s")
                    .Beside(new BenchFigure($"lake.medallion.bare.{l.Item1}_s", bare.StepSeconds[l.Item1], "s"))),
            .. steps.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new BenchFigure($"lake.medallion.step.{s.Key.Replace(' ', '.')}.busy_s", s.Value, "s")),
        ];
    }

    private static double CpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Runs the partitions as <c>orchestrator run</c> does; returns the summed time of each kind of step.</summary>
    private static async Task<IReadOnlyDictionary<string, double>> RunProductAsync(
        TempDir folder, string name, PipelineSpec spec, IEnumerable<string> partitions, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.At(name));
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Port = 0, DatabaseFile = folder.At(name, "temporal.db") }, cancellationToken);
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(server.Address) { DataConverter = PayloadFormat.Converter });
        using var worker = new PipelineWorker(
            client,
            new WorkerSettings { TaskQueue = TaskQueues.Pipelines, PipelinesFolder = folder.At("pipelines"), Lake = folder.At(name, "lake") },
            NullLoggerFactory.Instance);
        var steps = new Dictionary<string, double>(StringComparer.Ordinal);
        await worker.ExecuteAsync(
            () => Parallel.ForEachAsync(
                partitions,
                new ParallelOptions { MaxDegreeOfParallelism = spec.Concurrency, CancellationToken = cancellationToken },
                async (partition, _) =>
                {
                    var request = new RunRequest(spec.Name, partition);
                    var handle = await client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, TaskQueues.Pipelines));
                    var result = await handle.GetResultAsync<RunResult>();
                    if (result.Status != RunStatus.Published)
                    {
                        throw new InvalidOperationException($"Partition '{partition}' ended as {result.Status}: {result.Reason}");
                    }

                    Add(steps, (await handle.FetchHistoryAsync()).Events);
                }),
            cancellationToken);
        return steps;
    }

    private static void Add(Dictionary<string, double> steps, IEnumerable<HistoryEvent> events)
    {
        var names = new Dictionary<long, string>();
        var started = new Dictionary<long, DateTimeOffset>();
        foreach (var e in events)
        {
            if (e.EventType == EventType.ActivityTaskScheduled)
            {
                var dataset = e.UserMetadata?.Summary?.Data is { IsEmpty: false } summary ? " " + summary.ToStringUtf8().Trim('"') : "";
                names[e.EventId] = e.ActivityTaskScheduledEventAttributes.ActivityType.Name + dataset;
            }
            else if (e.EventType == EventType.ActivityTaskStarted)
            {
                started[e.ActivityTaskStartedEventAttributes.ScheduledEventId] = e.EventTime.ToDateTimeOffset();
            }
            else if (e.EventType == EventType.ActivityTaskCompleted)
            {
                var id = e.ActivityTaskCompletedEventAttributes.ScheduledEventId;
                lock (steps)
                {
                    steps[names[id]] = steps.GetValueOrDefault(names[id]) + (e.EventTime.ToDateTimeOffset() - started[id]).TotalSeconds;
                }
            }
        }
    }
}
