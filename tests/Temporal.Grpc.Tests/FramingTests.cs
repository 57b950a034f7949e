using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Temporal.Grpc.Tests;

public sealed class FramingTests
{
    private static readonly byte[] Hello = new StringValue { Value = "hello" }.ToByteArray();

    public static TheoryData<string, byte[], string, string> BrokenRequests => new()
    {
        { "no message", [], "13", "grpc: the request ended without a message, expected one" },
        { "half a prefix", [0, 0, 0], "13", "grpc: the request ended within a message, 3 bytes seen" },
        { "half a message", RawClient.Frame(Hello)[..^1], "13", $"grpc: the request ended within a message, {Hello.Length + 4} bytes seen" },
        { "two messages", [.. RawClient.Frame(Hello), .. RawClient.Frame(Hello)], "13", "grpc: more than one message in a unary request" },
        { "a byte too many", [.. RawClient.Frame(Hello), 0], "13", "grpc: more than one message in a unary request" },
        { "flag 2", RawClient.Frame(Hello, 2), "13", "grpc: invalid compressed flag 2 before a message, expected 0 or 1" },
        { "compressed without encoding", RawClient.Frame(Gzip(Hello), 1), "13", "grpc: compressed flag set with identity or empty encoding" },
        { "too large", [0, 0, 64, 0, 1], "8", "grpc: received message larger than max (4194305 vs. 4194304)" },
        { "four gigabytes", [0, 255, 255, 255, 255], "8", "grpc: received message larger than max (4294967295 vs. 4194304)" },
    };

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task Request_BrokenFrame_IsAnsweredTrailersOnly(string what, byte[] body, string status, string message)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, body);

        Assert.Equal((what, status, message), (what, reply.Status, reply.Message));
        Assert.True(reply.TrailersOnly);
        Assert.Equal((HttpStatusCode.OK, 0), (reply.HttpStatus, reply.Body.Length));
        Assert.Equal("goes on", await endpoint.CallAsync("goes on"));
    }

    [Fact]
    public async Task Request_BytesThatAreNoMessage_AreInternal()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, RawClient.Frame([0x0A, 0x7F, 0x01]));

        Assert.Equal("13", reply.Status);
        Assert.StartsWith("grpc: failed to unmarshal the received message: ", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_InManyPieces_IsPutTogether()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var handler = new SocketsHttpHandler();
        using var http = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Server.Uri, TestService.Text.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new BytewiseContent(RawClient.Frame(Hello)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc+proto");

        using var response = await http.SendAsync(request, CancellationToken.None);

        Assert.Equal(RawClient.Frame(Hello), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Theory]
    [InlineData("GET", "application/grpc", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/grpcx", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("POST", "application/grpc; charset=utf-8", HttpStatusCode.OK)]
    public async Task Request_MethodAndContentType_AreChecked(string method, string contentType, HttpStatusCode expected)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        using var response = await raw.SendAsync(new HttpMethod(method), TestService.Text.Path, RawClient.Frame(Hello), contentType);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("nope", "malformed method name: \"/nope\"")]
    [InlineData("/a/b/c", "unknown service a/b")]
    public async Task Request_OddPath_IsUnimplemented(string path, string message)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(path, RawClient.Frame(Hello));

        Assert.Equal(("12", message), (reply.Status, reply.Message));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    private sealed class BytewiseContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var value in bytes)
            {
                await stream.WriteAsync(new[] { value });
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
