using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;

namespace Orchestrator.Benchmarks.Server;

/// <summary>The embedded server, beside the bare transport of the same machine.</summary>
internal static class ServerBenchmark
{
    private const int EchoInFlight = 64;
    private const int EchoBytes = 100;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var echo = await EchoAsync(cancellationToken);
        return [echo];
    }

    private static async Task<BenchFigure> EchoAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildServer.StartAsync(EchoServer.Role, [], cancellationToken);
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri(server.Address) });
        var request = new BytesValue { Value = ByteString.CopyFrom(new byte[EchoBytes]) };
        Task Call(CancellationToken token) => channel.UnaryAsync(EchoServer.Echo, request, cancellationToken: token);

        // Until the hot code is compiled for good the rate is a fraction of what it becomes.
        await Load.PerSecondAsync(EchoInFlight, TimeSpan.FromSeconds(5), Call, cancellationToken);
        var rate = await Load.MedianPerSecondAsync(5, EchoInFlight, TimeSpan.FromSeconds(1), Call, cancellationToken);
        return new BenchFigure("grpc.echo.per_s", rate, "calls/s");
    }
}
