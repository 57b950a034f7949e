using Orchestrator.Benchmarks.Server;
using Orchestrator.Benchmarks.Workers;

namespace Orchestrator.Benchmarks.Sdk;

/// <summary>
/// Our worker beside the official TypeScript worker: the same server and client, each worker in its own process, loads in turn. Each ratio is
/// ours by the official one's; <c>cpu_ms</c> is the worker's processor time of one operation.
/// </summary>
internal static class PeerBenchmark
{
    private const int Rounds = 3;
    private const int CachedRuns = 2_000;

    // A run takes ten at once; one more is refused and tried again a second later.
    private const int UpdatesInFlight = 8;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
        await using var own = await WorkflowLoad.StartAsync(
            server, "own", (address, queue, token) => OwnWorker.StartAsync(address, queue, CachedRuns, token), cancellationToken);
        await using var official = await WorkflowLoad.StartAsync(server, "official", TypeScriptWorker.StartAsync, cancellationToken);
        await WarmUpAsync(official, 200, cancellationToken);
        await WarmUpAsync(own, 1_000, cancellationToken);

        var figures = new List<BenchFigure>();
        foreach (var (name, ours, theirs, run) in Loads())
        {
            var owns = new Measured[Rounds];
            var peers = new Measured[Rounds];
            var allocated = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                peers[round] = await run(official, theirs, cancellationToken);
                var before = await own.AllocatedBytesAsync(cancellationToken);
                owns[round] = await run(own, ours, cancellationToken);
                allocated += await own.AllocatedBytesAsync(cancellationToken) - before;
            }

            figures.AddRange(Compare(name, Middle(owns), Middle(peers)));
            figures.Add(new BenchFigure($"sdk.{name}.allocated_bytes", (double)allocated / (Rounds * ours), "bytes"));
        }

        return figures;
    }

    private static (string Name, int Ours, int Theirs, Func<WorkflowLoad, int, CancellationToken, Task<Measured>> Run)[] Loads() =>
    [
        ("one_activity", 2_000, 400, (load, count, token) => load.MeasureAsync(count, 100, load.OneActivity, token)),
        ("local_activity", 2_000, 400, (load, count, token) => load.MeasureAsync(count, 100, load.LocalActivity, token)),
        ("signal", 4_000, 2_000, (load, count, token) => load.SignalsAsync(count, token)),
        ("update", 1_500, 600, (load, count, token) => load.UpdatesAsync(count, UpdatesInFlight, token)),
    ];

    private static async Task WarmUpAsync(WorkflowLoad load, int count, CancellationToken cancellationToken)
    {
        await Load.PerSecondAsync(100, WarmUp, _ => load.OneActivity(), cancellationToken);
        foreach (var (_, _, _, run) in Loads())
        {
            await run(load, count, cancellationToken);
        }
    }

    /// <summary>Each measure's median over the rounds.</summary>
    private static Measured Middle(Measured[] rounds) => new(
        Load.Percentile(rounds.Select(r => r.PerSecond), 0.5),
        Load.Percentile(rounds.Select(r => r.P50Milliseconds), 0.5),
        Load.Percentile(rounds.Select(r => r.ServerMilliseconds), 0.5),
        Load.Percentile(rounds.Select(r => r.WorkerMilliseconds), 0.5));

    private static IEnumerable<BenchFigure> Compare(string name, Measured own, Measured official)
    {
        var perSecond = new BenchFigure($"sdk.{name}.per_s", own.PerSecond, "1/s")
            .Beside(new BenchFigure($"sdk.ts.{name}.per_s", official.PerSecond, "1/s"));
        var processor = new BenchFigure($"sdk.{name}.cpu_ms", own.WorkerMilliseconds, "ms")
            .Beside(new BenchFigure($"sdk.ts.{name}.cpu_ms", official.WorkerMilliseconds, "ms"));
        yield return perSecond;
        yield return processor;
        yield return new BenchFigure($"sdk.{name}.per_s_ratio", own.PerSecond / official.PerSecond, "x");
        yield return new BenchFigure($"sdk.{name}.cpu_ratio", own.WorkerMilliseconds / official.WorkerMilliseconds, "x");
    }
}
