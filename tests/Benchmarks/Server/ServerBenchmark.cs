using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Benchmarks.Workers;
using Temporal.Grpc;

namespace Orchestrator.Benchmarks.Server;

/// <summary>The embedded server, in memory and on a file, beside the bare transport of the same machine. The worker runs in a process of its own: ours, or the official TypeScript one.</summary>
internal static class ServerBenchmark
{
    private const int EchoInFlight = 64;
    private const int EchoBytes = 100;
    private const int EchoCallsInTurn = 5_000;
    private const int ClosedRuns = 5_000;
    private const int CachedRuns = 2_000;
    private const double OfficialShare = 0.3;

    // Until the hot code is compiled for good the rate is a fraction of what it becomes.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EchoWindow = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var echo = await EchoAsync(cancellationToken);
        var figures = new List<BenchFigure>(echo);
        figures.AddRange(await WorkflowsAsync("", null, cancellationToken));
        using var folder = new Folder();
        figures.AddRange(await WorkflowsAsync("_file", Path.Combine(folder.Path, "temporal.db"), cancellationToken));
        return figures;
    }

    /// <summary>The official TypeScript worker on the server in memory: <c>server.ts.…</c>.</summary>
    public static async Task<IReadOnlyList<BenchFigure>> RunOfficialAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
        await using var load = await WorkflowLoad.StartAsync(server, "bench", TypeScriptWorker.StartAsync, cancellationToken);
        return await WorkflowsAsync(load, "server.ts.", "", OfficialShare, cancellationToken);
    }

    private static async Task<IReadOnlyList<BenchFigure>> EchoAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(EchoServer.Role, [], cancellationToken);
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri(server.Address) });
        var request = new BytesValue { Value = ByteString.CopyFrom(new byte[EchoBytes]) };
        Task Call(CancellationToken token) => channel.UnaryAsync(EchoServer.Echo, request, cancellationToken: token);

        await Load.PerSecondAsync(EchoInFlight, WarmUp, Call, cancellationToken);
        var rate = await Load.MedianPerSecondAsync(3, EchoInFlight, EchoWindow, Call, cancellationToken);

        var latencies = new List<double>();
        for (var call = 0; call < EchoCallsInTurn; call++)
        {
            var started = Stopwatch.GetTimestamp();
            await Call(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return [new BenchFigure("grpc.echo.per_s", rate, "1/s"), new BenchFigure("grpc.echo.p50_ms", Load.Percentile(latencies, 0.5), "ms")];
    }

    /// <summary>The same load as the official SDK's figures of a real server (see docs/results.md), with our own worker.</summary>
    private static async Task<IReadOnlyList<BenchFigure>> WorkflowsAsync(string suffix, string? databaseFile, CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, databaseFile is null ? [] : [databaseFile], cancellationToken);
        await using var load = await WorkflowLoad.StartAsync(server, "bench", StartOwnAsync, cancellationToken);
        var figures = await WorkflowsAsync(load, "server.", suffix, share: 1, cancellationToken);
        if (databaseFile is null)
        {
            await using var fresh = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
            await using var closed = await WorkflowLoad.StartAsync(fresh, "bench", StartOwnAsync, cancellationToken);
            await closed.MeasureAsync(ClosedRuns, 100, closed.OneActivity, cancellationToken);
            figures.Add(new BenchFigure("server.rss_mb", fresh.ResidentMegabytes, "MB"));
        }

        return figures;
    }

    private static Task<ChildProcess> StartOwnAsync(string address, string taskQueue, CancellationToken cancellationToken) =>
        OwnWorker.StartAsync(address, taskQueue, CachedRuns, cancellationToken);

    /// <summary>A slower worker gets a smaller share of the load, for the same time.</summary>
    private static async Task<List<BenchFigure>> WorkflowsAsync(WorkflowLoad load, string prefix, string suffix, double share, CancellationToken cancellationToken)
    {
        await Load.PerSecondAsync(100, WarmUp, _ => load.OneActivity(), cancellationToken);
        var figures = new List<BenchFigure>();
        async Task AddAsync(string name, int count, int inFlight, Func<Task> operation) =>
            figures.AddRange((await load.MeasureAsync((int)(count * share), inFlight, operation, cancellationToken)).Figures(prefix + name + suffix));

        await AddAsync("start_only", 5_000, 50, load.StartOnly);
        await AddAsync("empty_seq", 300, 1, load.Empty);
        await AddAsync("one_activity_seq", 300, 1, load.OneActivity);
        await AddAsync("empty_par", 3_000, 100, load.Empty);
        await AddAsync("one_activity_par", 5_000, 100, load.OneActivity);
        await AddAsync("local_activity_par", 3_000, 100, load.LocalActivity);
        await AddAsync("seq20", 30, 1, load.Sequence);
        figures.Add(new BenchFigure($"{prefix}seq20{suffix}.step_p50_ms", figures.Single(f => f.Name == $"{prefix}seq20{suffix}.p50_ms").Value / 20, "ms"));
        await AddAsync("par200", 20, 1, load.FanOut);
        await AddAsync("timer1ms", 200, 1, load.Timer);
        await AddAsync("child5", 40, 1, load.Children);
        figures.AddRange((await load.SignalsAsync((int)(5_000 * share), cancellationToken)).Figures($"{prefix}signals_one_wf{suffix}"));
        figures.AddRange((await load.UpdatesAsync((int)(500 * share), 1, cancellationToken)).Figures($"{prefix}updates_one_wf_seq{suffix}"));
        return figures;
    }
}
