using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;

namespace Orchestrator.Benchmarks.Server;

/// <summary>The embedded server, in memory and on a file, beside the bare transport of the same machine.</summary>
internal static class ServerBenchmark
{
    private const int EchoInFlight = 64;
    private const int EchoBytes = 100;
    private const int EchoCallsInTurn = 5_000;
    private const int WorkflowsInFlight = 100;
    private const int Windows = 5;
    private const int StepsPerWorkflow = 20;
    private const int StepWorkflows = 25;

    // Until the hot code is compiled for good the rate is a fraction of what it becomes.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EchoWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WorkflowWindow = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var echo = await EchoAsync(cancellationToken);
        var figures = new List<BenchFigure> { echo.Rate, echo.Latency };
        figures.AddRange(await WorkflowsAsync("", null, echo, cancellationToken));

        var folder = Directory.CreateTempSubdirectory("orch-bench-");
        try
        {
            figures.AddRange(await WorkflowsAsync("_file", Path.Combine(folder.FullName, "temporal.db"), echo, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return figures;
    }

    private static async Task<(BenchFigure Rate, BenchFigure Latency)> EchoAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildServer.StartAsync(EchoServer.Role, [], cancellationToken);
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri(server.Address) });
        var request = new BytesValue { Value = ByteString.CopyFrom(new byte[EchoBytes]) };
        Task Call(CancellationToken token) => channel.UnaryAsync(EchoServer.Echo, request, cancellationToken: token);

        await Load.PerSecondAsync(EchoInFlight, WarmUp, Call, cancellationToken);
        var rate = await Load.MedianPerSecondAsync(Windows, EchoInFlight, EchoWindow, Call, cancellationToken);

        var latencies = new List<double>();
        for (var call = 0; call < EchoCallsInTurn; call++)
        {
            var started = Stopwatch.GetTimestamp();
            await Call(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return (new BenchFigure("grpc.echo.per_s", rate, "calls/s"), new BenchFigure("grpc.echo.p50_ms", Load.Percentile(latencies, 0.5), "ms"));
    }

    private static async Task<IReadOnlyList<BenchFigure>> WorkflowsAsync(
        string suffix, string? databaseFile, (BenchFigure Rate, BenchFigure Latency) echo, CancellationToken cancellationToken)
    {
        await using var load = await WorkflowLoad.StartAsync(databaseFile, cancellationToken);
        await Load.PerSecondAsync(WorkflowsInFlight, WarmUp, load.OneActivityAsync, cancellationToken);

        var (processorTime, started) = (load.ServerProcessorTime, load.Started);
        var rate = await Load.MedianPerSecondAsync(Windows, WorkflowsInFlight, WorkflowWindow, load.OneActivityAsync, cancellationToken);
        var serverMilliseconds = (load.ServerProcessorTime - processorTime).TotalMilliseconds / (load.Started - started);

        var steps = new List<double>();
        for (var workflow = 0; workflow < StepWorkflows; workflow++)
        {
            steps.AddRange(await load.StepsAsync(StepsPerWorkflow, cancellationToken));
        }

        return
        [
            new BenchFigure($"server.one_activity{suffix}.per_s", rate, "workflows/s").Beside(echo.Rate),
            new BenchFigure($"server.one_activity{suffix}.server_cpu_ms", serverMilliseconds, "ms"),
            new BenchFigure($"server.step{suffix}.p50_ms", Load.Percentile(steps, 0.50), "ms").Beside(echo.Latency),
            new BenchFigure($"server.step{suffix}.p99_ms", Load.Percentile(steps, 0.99), "ms").Beside(echo.Latency),
        ];
    }
}
