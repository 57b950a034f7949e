using Orchestrator.Benchmarks.Server;
using Orchestrator.Benchmarks.Workers;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Sdk;

/// <summary>What a run that waits in a worker's cache holds, and what is left of it when it has ended or had to leave.</summary>
internal static class CachedRunBenchmark
{
    private const int Runs = 20_000;
    private const int SmallCache = 100;
    private const int InFlight = 100;
    private const int WarmUpRuns = 500;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
        await using var large = await WorkflowLoad.StartAsync(server, "large", Worker(Runs + WarmUpRuns), cancellationToken);
        var (cached, ended, resident) = await MeasureAsync(large, cancellationToken);
        await using var small = await WorkflowLoad.StartAsync(server, "small", Worker(SmallCache), cancellationToken);
        var (evicted, _, _) = await MeasureAsync(small, cancellationToken);
        return
        [
            new BenchFigure("sdk.cached_run.count", Runs, "runs"),
            new BenchFigure("sdk.cached_run.bytes", cached / Runs, "bytes"),
            new BenchFigure("sdk.cached_run.rss_mb", resident, "MB"),
            new BenchFigure("sdk.cached_run.ended_bytes", ended / Runs, "bytes"),
            new BenchFigure("sdk.cached_run.evicted_bytes", evicted / (Runs - SmallCache), "bytes"),
        ];
    }

    /// <summary>Managed bytes over the base with all runs waiting and with all runs ended, and the process's memory with all waiting.</summary>
    private static async Task<(double Waiting, double Ended, double Resident)> MeasureAsync(WorkflowLoad load, CancellationToken cancellationToken)
    {
        await RunAsync(load, WarmUpRuns, cancellationToken);
        var before = await load.LiveBytesAsync(cancellationToken);
        var sinks = await StartAsync(load, Runs, cancellationToken);
        var waiting = await load.LiveBytesAsync(cancellationToken);
        var resident = load.ResidentMegabytes;
        await EndAsync(sinks, cancellationToken);
        var ended = await load.LiveBytesAsync(cancellationToken);
        return (waiting - before, ended - before, resident);
    }

    private static async Task RunAsync(WorkflowLoad load, int count, CancellationToken cancellationToken) =>
        await EndAsync(await StartAsync(load, count, cancellationToken), cancellationToken);

    /// <summary>Starts runs, and returns when the worker has been through the first task of each.</summary>
    private static async Task<List<WorkflowHandle<SinkWorkflow, int>>> StartAsync(WorkflowLoad load, int count, CancellationToken cancellationToken)
    {
        var sinks = new WorkflowHandle<SinkWorkflow, int>[count];
        await Parallel.ForAsync(0, count, Parallelism(cancellationToken), async (n, _) =>
        {
            sinks[n] = await load.StartSinkAsync(2);
            await sinks[n].ExecuteUpdateAsync(w => w.AddAsync());
        });
        return [.. sinks];
    }

    private static Task EndAsync(IEnumerable<WorkflowHandle<SinkWorkflow, int>> sinks, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(sinks, Parallelism(cancellationToken), async (sink, _) => await sink.ExecuteUpdateAsync(w => w.AddAsync()));

    private static ParallelOptions Parallelism(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken };

    private static Func<string, string, CancellationToken, Task<ChildProcess>> Worker(int cachedRuns) =>
        (address, queue, token) => OwnWorker.StartAsync(address, queue, cachedRuns, token);
}
