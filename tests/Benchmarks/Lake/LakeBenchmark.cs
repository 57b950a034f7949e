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
/// Days through bronze, silver and gold: by the library (contracts, commits) and by the whole product (a backfill on the embedded server with its worker), beside the same SQL run
/// bare in DuckDB, one after the other in this process.
/// </summary>
internal static class LakeBenchmark
{
    private static readonly (string Layer, string Dataset)[] Layers = [("bronze", "bronze.daily_reports"), ("silver", "silver.cases"), ("gold", "gold.country_daily")];

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        BenchPipeline.Create(folder.At("pipelines"));
        var spec = PipelineLoader.Load(folder.At("pipelines", "covid"));
        var days = spec.Sources["daily"].Discover(spec.Partitioning).Partitions.Select(p => (p.Partition, p.Files[0])).ToArray();

        // Once over a few days for both, so that neither pays for the first use of the code.
        new BareMedallion(spec, folder.At("bare-warm")).Run(days[..3]);
        await RunProductAsync(folder, "warm", spec, days[..3].Select(d => d.Partition.Value), cancellationToken);

        using (var warm = new FacadeMedallion(spec, folder.At("facade-warm")))
        {
            await warm.RunAsync(days[..3], cancellationToken);
        }

        var bare = new BareMedallion(spec, folder.At("bare"));
        var (bareSeconds, bareCpu) = await TimeAsync(() =>
        {
            bare.Run(days);
            return Task.CompletedTask;
        });
        using var facade = new FacadeMedallion(spec, folder.At("facade"));
        var (seconds, cpu) = await TimeAsync(() => facade.RunAsync(days, cancellationToken));
        IReadOnlyDictionary<string, double> steps = new Dictionary<string, double>();
        var (runSeconds, runCpu) = await TimeAsync(async () => steps = await RunProductAsync(folder, "product", spec, days.Select(d => d.Partition.Value), cancellationToken));

        var baseline = new BenchFigure("lake.medallion.bare_s", bareSeconds, "s");
        var bareLoad = new BenchFigure("lake.medallion.bare_cpu_s", bareCpu, "s");
        return
        [
            new BenchFigure("lake.medallion.days", days.Length, "days"),
            new BenchFigure("lake.medallion.s", seconds, "s").Beside(baseline),
            new BenchFigure("lake.medallion.ratio", seconds / bareSeconds, "x", baseline.Name, bareSeconds, seconds / bareSeconds),
            new BenchFigure("lake.medallion.cpu_s", cpu, "s").Beside(bareLoad),
            .. Layers.Select(l => new BenchFigure($"lake.medallion.{l.Layer}_s", facade.StepSeconds[l.Dataset], "s").Beside(new BenchFigure($"lake.medallion.bare.{l.Layer}_s", bare.StepSeconds[l.Layer], "s"))),
            new BenchFigure("runs.medallion.s", runSeconds, "s").Beside(baseline),
            new BenchFigure("runs.medallion.ratio", runSeconds / bareSeconds, "x", baseline.Name, bareSeconds, runSeconds / bareSeconds),
            new BenchFigure("runs.medallion.cpu_s", runCpu, "s").Beside(bareLoad),
            .. steps.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new BenchFigure($"runs.medallion.step.{s.Key.Replace(' ', '.')}.busy_s", s.Value, "s")),
        ];
    }

    private static async Task<(double Seconds, double Cpu)> TimeAsync(Func<Task> work)
    {
        var cpu = CpuSeconds();
        var started = Stopwatch.GetTimestamp();
        await work();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, CpuSeconds() - cpu);
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
            async () =>
            {
                var request = new BackfillRequest { Pipeline = spec.Name, Name = "bench", Partitions = [.. partitions], Approved = true, Selection = BackfillSelection.All };
                var handle = await client.StartWorkflowAsync("Backfill", [request], new WorkflowOptions(request.WorkflowId, TaskQueues.Pipelines));
                var result = await handle.GetResultAsync<BackfillProgress>();
                if (result.Published != request.Partitions.Count)
                {
                    throw new InvalidOperationException($"{result.Published} of {request.Partitions.Count} partitions published, {result.Failed} failed.");
                }

                foreach (var partition in request.Partitions)
                {
                    Add(steps, (await client.GetWorkflowHandle(new RunRequest(spec.Name, partition).WorkflowId).FetchHistoryAsync()).Events);
                }
            },
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
