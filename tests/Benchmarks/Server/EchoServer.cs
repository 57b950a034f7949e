using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;

namespace Orchestrator.Benchmarks.Server;

/// <summary>The bare transport: a method that answers its request.</summary>
internal static class EchoServer
{
    public const string Role = "echo-server";

    public static GrpcMethod<BytesValue, BytesValue> Echo { get; } = new("bench.v1.Echo", "Echo", BytesValue.Parser, BytesValue.Parser);

    public static async Task RunAsync()
    {
        var router = new GrpcRouter();
        router.Map(Echo, (request, _) => new(request));
        await using var server = await GrpcServer.StartAsync(new GrpcServerOptions(), router);
        await ChildProcess.ServeAsync(server.Uri.ToString());
    }
}
