using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;

namespace Temporal.Grpc.Tests;

/// <summary>A running server and a channel to it.</summary>
internal sealed class Endpoint : IAsyncDisposable
{
    private Endpoint(GrpcServer server, GrpcChannel channel)
    {
        Server = server;
        Channel = channel;
    }

    public GrpcServer Server { get; }

    public GrpcChannel Channel { get; }

    public static async Task<Endpoint> StartAsync(
        GrpcRouter router, Action<GrpcServerOptions>? server = null, Action<GrpcChannelOptions>? channel = null, RequestDelegate? http1 = null)
    {
        var serverOptions = new GrpcServerOptions();
        server?.Invoke(serverOptions);
        var started = await GrpcServer.StartAsync(serverOptions, router, http1);
        var channelOptions = new GrpcChannelOptions { Address = started.Uri };
        channel?.Invoke(channelOptions);
        return new Endpoint(started, new GrpcChannel(channelOptions));
    }

    public async Task<string> CallAsync(string text, GrpcCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var reply = await Channel.UnaryAsync(TestService.Text, new StringValue { Value = text }, options, cancellationToken);
        return reply.Value;
    }

    public Task<GrpcException> FailAsync(string text = "", GrpcCallOptions? options = null) =>
        Assert.ThrowsAsync<GrpcException>(() => CallAsync(text, options));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await Server.DisposeAsync();
    }
}
