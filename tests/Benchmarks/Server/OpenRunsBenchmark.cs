using System.Diagnostics;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Server;

/// <summary>
/// Many open runs that only wait for a timer: what they cost in memory, how fast they all wake when one moment comes, and how fast a server
/// starts that has them on file. The number is set by <c>BENCH_OPEN_RUNS</c>.
/// </summary>
internal static class OpenRunsBenchmark
{
    private const int InFlight = 64;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var count = SoakSetting.Number("BENCH_OPEN_RUNS", 200_000);
        return [.. await AllAtOnceAsync(count, cancellationToken), .. await RestartAsync(count / 2, cancellationToken)];
    }

    private static async Task<IReadOnlyList<BenchFigure>> AllAtOnceAsync(int count, CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
        using var client = new RawClient(server.Address);
        var clock = Stopwatch.StartNew();
        await StartAsync(client, 1_000, "probe", _ => TimeSpan.FromHours(1), cancellationToken);
        var due = DateTime.UtcNow + (clock.Elapsed * (count / 1_000.0)) + TimeSpan.FromSeconds(20);
        await StartAsync(client, count, "idle", _ => due - DateTime.UtcNow, cancellationToken);
        if (DateTime.UtcNow > due - TimeSpan.FromSeconds(1))
        {
            throw new InvalidOperationException("The runs were not all there before their moment came. Help: set BENCH_OPEN_RUNS lower.");
        }

        var resident = server.ResidentMegabytes;
        await Task.Delay(due - DateTime.UtcNow, cancellationToken);
        var used = server.ProcessorTime;
        while (await client.BacklogAsync(cancellationToken) < count)
        {
            await Task.Delay(50, cancellationToken);
        }

        return
        [
            new BenchFigure("server.open_runs.count", count, "runs"),
            new BenchFigure("server.open_runs.rss_mb", resident, "MB"),
            new BenchFigure("server.open_runs.all_fired_s", (DateTime.UtcNow - due).TotalSeconds, "s"),
            new BenchFigure("server.open_runs.fire_cpu_us", (server.ProcessorTime - used).TotalMicroseconds / count, "us"),
        ];
    }

    private static async Task<IReadOnlyList<BenchFigure>> RestartAsync(int count, CancellationToken cancellationToken)
    {
        using var folder = new Folder();
        var file = Path.Combine(folder.Path, "temporal.db");
        await using (var server = await ChildProcess.StartAsync(TemporalServer.Role, [file], cancellationToken))
        {
            using var client = new RawClient(server.Address);
            await StartAsync(client, count, "idle", _ => TimeSpan.FromHours(1), cancellationToken);
        }

        var clock = Stopwatch.StartNew();
        await using var again = await ChildProcess.StartAsync(TemporalServer.Role, [file], cancellationToken);
        using var asker = new RawClient(again.Address);
        await asker.BacklogAsync(cancellationToken);
        return [new BenchFigure("server.restart.count", count, "runs"), new BenchFigure("server.restart.s", clock.Elapsed.TotalSeconds, "s")];
    }

    private static Task StartAsync(RawClient client, int count, string name, Func<int, TimeSpan> timer, CancellationToken cancellationToken) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken }, async (n, token) =>
            await client.StartIdleAsync($"{name}-{n}", timer(n), token));
}
