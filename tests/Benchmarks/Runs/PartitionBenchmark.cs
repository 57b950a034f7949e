using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Runs;

/// <summary>
/// Runs of partitions that compute next to nothing, with every step (plan, land, load, transform, two publishes, record) on the embedded server with its database file:
/// <c>runs.partition.p50_ms</c> one after the other, from start to result; <c>runs.partition.per_s</c> with ten at once, the median of three rounds.
/// </summary>
internal static class PartitionBenchmark
{
    private const int Warm = 40;
    private const int Single = 60;
    private const int Parallel = 200;
    private const int Rounds = 3;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var spec = HoursPipeline.Create(folder.At("pipelines", "hours"), "sum(CAST(value AS BIGINT))", lookback: 0);
        var calendar = spec.Partitioning.Calendar;
        string[] partitions = [.. Enumerable.Range(0, Warm + Single + (Rounds * Parallel)).Select(i => calendar.Add(calendar.Parse("2020-01-01T00"), i).Value)];
        foreach (var partition in partitions)
        {
            await File.WriteAllTextAsync(folder.At("pipelines", "hours", "sample", partition + ".csv"), "value\n1\n", cancellationToken);
        }

        await using var product = await LocalProduct.StartAsync(folder.At("pipelines"), folder.At("product"), cancellationToken);
        var each = new List<double>();
        var rounds = new List<(double PerSecond, double CpuEach)>();
        await product.WorkAsync(
            async () =>
            {
                await ManyAsync(product, partitions[..Warm], cancellationToken);
                foreach (var partition in partitions[Warm..(Warm + Single)])
                {
                    each.Add((await LoadTime.OfAsync(() => OneAsync(product, partition))).Seconds * 1000);
                }

                foreach (var round in partitions[(Warm + Single)..].Chunk(Parallel))
                {
                    var (seconds, cpu) = await LoadTime.OfAsync(() => ManyAsync(product, round, cancellationToken));
                    rounds.Add((Parallel / seconds, cpu * 1000 / Parallel));
                }
            },
            cancellationToken);
        each.Sort();
        rounds.Sort();
        var (perSecond, cpuEach) = rounds[Rounds / 2];
        return
        [
            new BenchFigure("runs.partition.p50_ms", each[each.Count / 2], "ms").Beside(new BenchFigure("limit", 100, "ms")),
            new BenchFigure("runs.partition.p95_ms", each[each.Count * 95 / 100], "ms"),
            new BenchFigure("runs.partition.per_s", perSecond, "1/s").Beside(new BenchFigure("limit", 50, "1/s")),
            new BenchFigure("runs.partition.cpu_ms", cpuEach, "ms"),
        ];
    }

    private static Task ManyAsync(LocalProduct product, IReadOnlyList<string> partitions, CancellationToken cancellationToken) => System.Threading.Tasks.Parallel.ForEachAsync(
        partitions, new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = cancellationToken }, async (partition, _) => await OneAsync(product, partition));

    private static async Task OneAsync(LocalProduct product, string partition)
    {
        var request = new RunRequest("hours", partition);
        var handle = await product.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, TaskQueues.Pipelines));
        var result = await handle.GetResultAsync<RunResult>();
        if (result.Status != RunStatus.Published)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{request.WorkflowId} ended as {result.Status}: {result.Reason}"));
        }
    }
}
