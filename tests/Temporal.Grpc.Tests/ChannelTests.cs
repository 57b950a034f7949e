using System.Net;
using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Temporal.Grpc.Tests;

/// <summary>The channel against servers that answer wrongly or not at all.</summary>
public sealed class ChannelTests
{
    private static readonly byte[] Reply = RawClient.Frame([]);

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailableNamingTheAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri($"http://127.0.0.1:{port}") });

        var error = await CallAsync(channel);

        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Help:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_ServerNeverAnswers_EndsAtTheDeadline()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri($"http://{listener.LocalEndpoint}") });

        var error = await CallAsync(channel, new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task Unary_ServerComesBack_ChannelConnectsAgain()
    {
        var first = await GrpcServer.StartAsync(new GrpcServerOptions(), TestService.EchoRouter());
        var port = first.EndPoint.Port;
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = first.Uri });
        await channel.UnaryAsync(TestService.Nothing, new Empty());

        await first.DisposeAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await CallAsync(channel)).Code);
        await using var second = await GrpcServer.StartAsync(new GrpcServerOptions { Port = port }, TestService.EchoRouter());

        await channel.UnaryAsync(TestService.Nothing, new Empty());
    }

    [Theory]
    [InlineData(0x2, GrpcStatusCode.Internal)]
    [InlineData(0x7, GrpcStatusCode.Unavailable)]
    [InlineData(0x8, GrpcStatusCode.Cancelled)]
    [InlineData(0xb, GrpcStatusCode.ResourceExhausted)]
    [InlineData(0xc, GrpcStatusCode.PermissionDenied)]
    public async Task Unary_StreamReset_HasTheStatusOfItsCode(int errorCode, GrpcStatusCode expected)
    {
        var error = await AnswerAsync(context =>
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
            return Task.CompletedTask;
        });

        Assert.Equal(expected, error.Code);
    }

    [Fact]
    public async Task Unary_ResetWithinTheReply_Fails()
    {
        var error = await AnswerAsync(async context =>
        {
            Start(context);
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 50, 1, 2, 3 });
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(0x8);
        });

        Assert.Equal(GrpcStatusCode.Cancelled, error.Code);
    }

    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(429, GrpcStatusCode.Unavailable)]
    [InlineData(502, GrpcStatusCode.Unavailable)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    [InlineData(504, GrpcStatusCode.Unavailable)]
    [InlineData(302, GrpcStatusCode.Unknown)]
    public async Task Unary_HttpStatus_IsTranslated(int httpStatus, GrpcStatusCode expected)
    {
        var error = await AnswerAsync(context =>
        {
            context.Response.StatusCode = httpStatus;
            return context.Response.WriteAsync("a page of a proxy");
        });

        Assert.Equal(expected, error.Code);
        Assert.Contains($"{httpStatus}", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string?, GrpcStatusCode> WrongReplies => new()
    {
        { "no message", [], "0", GrpcStatusCode.Internal },
        { "half a prefix", [0, 0], "0", GrpcStatusCode.Internal },
        { "half a message", [0, 0, 0, 0, 9, 1], "0", GrpcStatusCode.Internal },
        { "two messages", [.. Reply, .. Reply], "0", GrpcStatusCode.Internal },
        { "no status", Reply, null, GrpcStatusCode.Unknown },
        { "unknown status", Reply, "99", GrpcStatusCode.Unknown },
        { "no number", Reply, "fine", GrpcStatusCode.Unknown },
        { "error after a message", Reply, "10", GrpcStatusCode.Aborted },
        { "error without a message", [], "10", GrpcStatusCode.Aborted },
        { "compressed, no encoding", RawClient.Frame([1, 2], 1), "0", GrpcStatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(WrongReplies))]
    public async Task Unary_WrongReply_HasAFittingStatus(string what, byte[] body, string? status, GrpcStatusCode expected)
    {
        var error = await AnswerAsync(async context =>
        {
            Start(context);
            await context.Response.Body.WriteAsync(body);
            if (status is not null)
            {
                context.Response.AppendTrailer("grpc-status", status);
            }
        });

        Assert.Equal((what, expected), (what, error.Code));
    }

    [Fact]
    public async Task Unary_NotGrpc_IsUnknownNamingTheContentType()
    {
        var error = await AnswerAsync(context => context.Response.WriteAsync("hello"));

        Assert.Equal(GrpcStatusCode.Unknown, error.Code);
        Assert.Contains("content type", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_PaddedDetailsAndBrokenEscapes_AreReadLeniently()
    {
        var error = await AnswerAsync(context =>
        {
            Start(context);
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["grpc-message"] = "100% of %zz %c3%bc%";
            context.Response.Headers["grpc-status-details-bin"] = "AQI=";
            return Task.CompletedTask;
        });

        Assert.Equal((GrpcStatusCode.NotFound, "100% of %zz ü%"), (error.Code, error.Message));
        Assert.Equal([1, 2], error.StatusDetails);
    }

    private static void Start(HttpContext context) => context.Response.ContentType = "application/grpc";

    private static async Task<GrpcException> CallAsync(GrpcChannel channel, GrpcCallOptions? options = null) =>
        await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(TestService.Nothing, new Empty(), options));

    private static async Task<GrpcException> AnswerAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri(app.Urls.Single()) });
        return await CallAsync(channel, new GrpcCallOptions { Timeout = TimeSpan.FromMinutes(1) });
    }
}
