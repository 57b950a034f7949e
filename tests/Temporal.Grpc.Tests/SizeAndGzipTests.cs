using System.IO.Compression;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Temporal.Grpc.Tests;

public sealed class SizeAndGzipTests
{
    private const int MiB = 1024 * 1024;

    public static TheoryData<int> Sizes => [0, 1, 1_000, 1_020, 1_021, 4_000, 4_090, 4_091, 4_092, 5_000, 100_000, 3_500_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Unary_AnySize_RoundTrips(int size) =>
        await RoundTripAsync(size, null, null);

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Unary_AnySizeCompressedBothWays_RoundTrips(int size) =>
        await RoundTripAsync(size, server => server.GzipRepliesFrom = 0, channel => channel.GzipRequests = true);

    [Fact]
    public async Task Unary_RequestAtTheLimit_PassesAndOneByteMoreIsRefused()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        var atLimit = new BytesValue { Value = ByteString.CopyFrom(new byte[(4 * MiB) - 5]) };
        Assert.Equal(4 * MiB, atLimit.CalculateSize());
        var above = new BytesValue { Value = ByteString.CopyFrom(new byte[(4 * MiB) - 4]) };

        Assert.Equal(atLimit, await endpoint.Channel.UnaryAsync(TestService.Bytes, atLimit));
        var error = await Assert.ThrowsAsync<GrpcException>(() => endpoint.Channel.UnaryAsync(TestService.Bytes, above));

        Assert.Equal((GrpcStatusCode.ResourceExhausted, "grpc: received message larger than max (4194305 vs. 4194304)"), (error.Code, error.Message));
    }

    [Fact]
    public async Task Unary_RequestFarAboveTheLimit_IsRefusedEachTime()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        var request = new BytesValue { Value = ByteString.CopyFrom(new byte[10 * MiB]) };

        for (var i = 0; i < 5; i++)
        {
            var error = await Assert.ThrowsAsync<GrpcException>(() => endpoint.Channel.UnaryAsync(TestService.Bytes, request));
            Assert.Equal(GrpcStatusCode.ResourceExhausted, error.Code);
        }

        Assert.Equal("goes on", await endpoint.CallAsync("goes on"));
    }

    [Fact]
    public async Task Unary_ReplyAboveTheLimit_IsRefusedByTheChannel()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), channel: channel => channel.MaxReceiveBytes = 1000);

        var error = await endpoint.FailAsync(new string('x', 998));

        Assert.Equal((GrpcStatusCode.ResourceExhausted, "grpc: received message larger than max (1001 vs. 1000)"), (error.Code, error.Message));
        Assert.Equal("goes on", await endpoint.CallAsync("goes on"));
    }

    [Fact]
    public async Task Unary_SmallGzipOfALargeMessage_IsRefused()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), channel: channel => channel.GzipRequests = true);
        var bomb = new BytesValue { Value = ByteString.CopyFrom(new byte[64 * MiB]) };

        var error = await Assert.ThrowsAsync<GrpcException>(() => endpoint.Channel.UnaryAsync(TestService.Bytes, bomb));

        Assert.Equal((GrpcStatusCode.ResourceExhausted, "grpc: received message after decompression larger than max 4194304"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(10, true)]
    [InlineData(20, false)]
    public async Task Reply_GzipFrom_CompressesLargeOnesForCallersThatAcceptIt(int? from, bool compressed)
    {
        var request = new StringValue { Value = new string('a', 12) }.ToByteArray();
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), server => server.GzipRepliesFrom = from);
        using var raw = new RawClient(endpoint.Server.Uri);

        var accepting = await raw.CallAsync(TestService.Text.Path, RawClient.Frame(request), ("grpc-accept-encoding", "identity,deflate,gzip"));
        var refusing = await raw.CallAsync(TestService.Text.Path, RawClient.Frame(request), ("grpc-accept-encoding", "identity"));

        Assert.Equal((compressed ? "gzip" : null, compressed ? 1 : 0), (accepting.Encoding, accepting.Body[0]));
        Assert.Equal((null, 0), (refusing.Encoding, refusing.Body[0]));
    }

    [Fact]
    public async Task Request_UnknownEncoding_IsUnimplementedInTheWordsThatClientsLookFor()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, RawClient.Frame([]), ("grpc-encoding", "deflate"));

        Assert.Equal(("12", "grpc: Decompressor is not installed for grpc-encoding \"deflate\""), (reply.Status, reply.Message));
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("cut off")]
    public async Task Request_BrokenGzip_IsInternal(string kind)
    {
        var gzip = Gzip(new StringValue { Value = string.Concat(Enumerable.Range(0, 1000)) }.ToByteArray());
        var body = kind == "junk" ? [1, 2, 3, 4, 5] : gzip[..(gzip.Length / 2)];
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, RawClient.Frame(body, 1), ("grpc-encoding", "gzip"));

        Assert.Equal("13", reply.Status);
        Assert.StartsWith("grpc: failed to decompress the received message", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_GzipDeclaredButNotUsed_IsRead()
    {
        var message = new StringValue { Value = "plain" }.ToByteArray();
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, RawClient.Frame(message), ("grpc-encoding", "gzip"));

        Assert.Equal("0", reply.Status);
        Assert.Equal(RawClient.Frame(message), reply.Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unary_FiveHundredAtOnce_EachGetsItsOwnReply(bool gzip)
    {
        var gate = new TaskCompletionSource();
        var waiting = 0;
        const int Calls = 500;
        await using var endpoint = await Endpoint.StartAsync(
            TestService.Router(async (text, _) =>
            {
                if (Interlocked.Increment(ref waiting) == Calls)
                {
                    gate.SetResult();
                }

                await gate.Task;
                return text + "!";
            }),
            channel: channel => channel.GzipRequests = gzip);

        var replies = await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => endpoint.CallAsync($"{i}"))).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(Enumerable.Range(0, Calls).Select(i => $"{i}!"), replies);
    }

    private static async Task RoundTripAsync(int size, Action<GrpcServerOptions>? server, Action<GrpcChannelOptions>? channel)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), server, channel);
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var request = new BytesValue { Value = ByteString.CopyFrom(bytes) };

        Assert.Equal(request, await endpoint.Channel.UnaryAsync(TestService.Bytes, request));
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
}
