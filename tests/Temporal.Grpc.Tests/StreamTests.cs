using Google.Protobuf.WellKnownTypes;

namespace Temporal.Grpc.Tests;

public sealed class StreamTests
{
    private static readonly GrpcMethod<StringValue, StringValue> Echo = new("test.Streams", "Echo", StringValue.Parser, StringValue.Parser);

    [Fact]
    public async Task Stream_SeveralRequestsInAnyCut_AreAnsweredInOrder()
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Uri);
        byte[] body = [.. Message("a"), .. Message(new string('b', 100_000)), .. Message("c")];

        var reply = await client.CallAsync(Echo.Path, body);

        Assert.Equal("0", reply.Status);
        Assert.Equal([.. Message("a!"), .. Message(new string('b', 100_000) + "!"), .. Message("c!")], reply.Body);
    }

    [Fact]
    public async Task Stream_NoRequest_EndsWithNoReply()
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Uri);

        var reply = await client.CallAsync(Echo.Path, []);

        Assert.Equal(("0", 0), (reply.Status, reply.Body.Length));
    }

    [Fact]
    public async Task Stream_CutWithinAMessage_IsInternal()
    {
        await using var server = await StartAsync();
        using var client = new RawClient(server.Uri);

        var reply = await client.CallAsync(Echo.Path, Message("abc")[..^1]);

        Assert.Equal("13", reply.Status);
    }

    [Fact]
    public async Task Guard_Refusal_IsTheAnswerOfEveryCall()
    {
        var router = Router();
        router.Guard = call => call.Header("let-me") == "in" ? null : new GrpcException(GrpcStatusCode.Unauthenticated, "no");
        await using var server = await GrpcServer.StartAsync(new GrpcServerOptions(), router);
        using var client = new RawClient(server.Uri);

        var refused = await client.CallAsync(Echo.Path, Message("a"));
        var served = await client.CallAsync(Echo.Path, Message("a"), ("let-me", "in"));

        Assert.Equal(("16", "no"), (refused.Status, refused.Message));
        Assert.Equal("0", served.Status);
    }

    private static Task<GrpcServer> StartAsync() => GrpcServer.StartAsync(new GrpcServerOptions(), Router());

    private static GrpcRouter Router()
    {
        var router = new GrpcRouter();
        router.MapStream(Echo, r => new StringValue { Value = r.Value + "!" });
        return router;
    }

    private static byte[] Message(string text) => RawClient.Frame(Google.Protobuf.MessageExtensions.ToByteArray(new StringValue { Value = text }));
}
