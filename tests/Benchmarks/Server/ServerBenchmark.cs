using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Server;

/// <summary>The embedded server, in memory and on a file, beside the bare transport of the same machine. Client and worker share this process.</summary>
internal static class ServerBenchmark
{
    private const int EchoInFlight = 64;
    private const int EchoBytes = 100;
    private const int EchoCallsInTurn = 5_000;
    private const int ClosedRuns = 5_000;

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

    private static async Task<IReadOnlyList<BenchFigure>> EchoAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildServer.StartAsync(EchoServer.Role, [], cancellationToken);
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

    /// <summary>The same load as the official SDK's figures of a real server (see docs/results.md).</summary>
    private static async Task<IReadOnlyList<BenchFigure>> WorkflowsAsync(string suffix, string? databaseFile, CancellationToken cancellationToken)
    {
        await using var load = await WorkflowLoad.StartAsync(databaseFile, cancellationToken);
        var client = load.Client;
        Task One() => client.ExecuteWorkflowAsync((OneActivityWorkflow w) => w.RunAsync(1), load.Options());
        Task Empty() => client.ExecuteWorkflowAsync((EmptyWorkflow w) => w.RunAsync(), load.Options());
        await Load.PerSecondAsync(100, WarmUp, _ => One(), cancellationToken);

        var figures = new List<BenchFigure>();
        async Task AddAsync(string name, int count, int inFlight, Func<Task> operation) =>
            figures.AddRange(await load.MeasureAsync(name + suffix, count, inFlight, operation, cancellationToken));

        await AddAsync("start_only", 5_000, 50, () => client.StartWorkflowAsync((EmptyWorkflow w) => w.RunAsync(), load.Options("nobody")));
        await AddAsync("empty_seq", 300, 1, Empty);
        await AddAsync("one_activity_seq", 300, 1, One);
        await AddAsync("empty_par", 3_000, 100, Empty);
        await AddAsync("one_activity_par", 5_000, 100, One);
        await AddAsync("local_activity_par", 3_000, 100, () => client.ExecuteWorkflowAsync((LocalActivityWorkflow w) => w.RunAsync(1), load.Options()));
        await AddAsync("seq20", 30, 1, () => client.ExecuteWorkflowAsync((SequenceWorkflow w) => w.RunAsync(20), load.Options()));
        figures.Add(new BenchFigure($"server.seq20{suffix}.step_p50_ms", figures.Single(f => f.Name == $"server.seq20{suffix}.p50_ms").Value / 20, "ms"));
        await AddAsync("par200", 20, 1, () => client.ExecuteWorkflowAsync((FanOutWorkflow w) => w.RunAsync(200), load.Options()));
        await AddAsync("timer1ms", 200, 1, () => client.ExecuteWorkflowAsync((TimerWorkflow w) => w.RunAsync(), load.Options()));
        await AddAsync("child5", 40, 1, () => client.ExecuteWorkflowAsync((ChildrenWorkflow w) => w.RunAsync(5), load.Options()));

        const int Signals = 5_000;
        var signalled = await client.StartWorkflowAsync((SinkWorkflow w) => w.RunAsync(Signals), load.Options());
        await AddAsync("signals_one_wf", Signals, 20, () => signalled.SignalAsync(w => w.PokeAsync()));
        await signalled.GetResultAsync();
        const int Updates = 500;
        var updated = await client.StartWorkflowAsync((SinkWorkflow w) => w.RunAsync(Updates), load.Options());
        await AddAsync("updates_one_wf_seq", Updates, 1, () => updated.ExecuteUpdateAsync(w => w.AddAsync()));
        await updated.GetResultAsync();

        await using var fresh = databaseFile is null ? await WorkflowLoad.StartAsync(null, cancellationToken) : null;
        if (fresh is not null)
        {
            await fresh.MeasureAsync(
                "closed", ClosedRuns, 100, () => fresh.Client.ExecuteWorkflowAsync((OneActivityWorkflow w) => w.RunAsync(1), fresh.Options()), cancellationToken);
            figures.Add(new BenchFigure("server.rss_mb", fresh.Server.ResidentMegabytes, "MB"));
        }

        return figures;
    }
}
