using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;

namespace Temporal.Grpc.Tests;

public sealed class StatusTests
{
    public static TheoryData<GrpcStatusCode> Errors => [.. System.Enum.GetValues<GrpcStatusCode>().Where(code => code != GrpcStatusCode.OK)];

    public static TheoryData<string> Messages =>
    [
        "", "plain", "50 % of 100%", "%41", "line one\nline two\r\n", "Grüße, 世界 🎉", " padded ", "\t", "\0\u007f", new string('x', 20_000), "quote \" comma, colon:",
    ];

    [Fact]
    public async Task Unary_Success_ReturnsReply()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());

        Assert.Equal("hello", await endpoint.CallAsync("hello"));
        Assert.Equal(new Empty(), await endpoint.Channel.UnaryAsync(TestService.Nothing, new Empty()));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Unary_HandlerThrowsStatus_ArrivesUnchanged(GrpcStatusCode code)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((_, _) => throw new GrpcException(code, $"because of {code}")));

        var error = await endpoint.FailAsync();

        Assert.Equal((code, $"because of {code}"), (error.Code, error.Message));
        Assert.Null(error.StatusDetails);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Unary_ErrorMessage_ArrivesUnchanged(string message)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((_, _) => throw new GrpcException(GrpcStatusCode.Aborted, message)));

        Assert.Equal(message, (await endpoint.FailAsync()).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8_000)]
    public async Task Unary_StatusDetails_ArriveUnchanged(int size)
    {
        var details = new byte[size];
        new Random(size).NextBytes(details);
        await using var endpoint = await Endpoint.StartAsync(
            TestService.Router((_, _) => throw new GrpcException(GrpcStatusCode.NotFound, "gone", details)));

        Assert.Equal(details, (await endpoint.FailAsync()).StatusDetails);
    }

    [Fact]
    public async Task Unary_HandlerFails_HidesTheExceptionBehindAnErrorId()
    {
        var faults = new ConcurrentQueue<(string Path, Exception Failure, string Id)>();
        var router = TestService.Router((_, _) => throw new InvalidOperationException("secret place"));
        router.OnFault = (call, failure, id) => faults.Enqueue((call.Path, failure, id));
        await using var endpoint = await Endpoint.StartAsync(router);

        var error = await endpoint.FailAsync();

        var fault = Assert.Single(faults);
        Assert.Equal(TestService.Text.Path, fault.Path);
        Assert.Equal("secret place", fault.Failure.Message);
        Assert.Equal(GrpcStatusCode.Internal, error.Code);
        Assert.Contains(fault.Id, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_HandlerReturnsNull_IsAFault()
    {
        var faults = new ConcurrentQueue<Exception>();
        var router = new GrpcRouter { OnFault = (_, failure, _) => faults.Enqueue(failure) };
        router.Map(TestService.Text, (_, _) => new((StringValue)null!));
        await using var endpoint = await Endpoint.StartAsync(router);

        Assert.Equal(GrpcStatusCode.Internal, (await endpoint.FailAsync()).Code);
        Assert.Contains(TestService.Text.Path, Assert.Single(faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnCompleted_EveryCall_SeesItsOutcome()
    {
        var outcomes = new ConcurrentQueue<(string Path, GrpcStatusCode Status)>();
        var router = TestService.Router((text, _) => text == "bad" ? throw new GrpcException(GrpcStatusCode.NotFound, "no") : new(text));
        router.OnCompleted = (call, status, elapsed) =>
        {
            Assert.True(elapsed >= TimeSpan.Zero);
            outcomes.Enqueue((call.Path, status));
        };
        await using var endpoint = await Endpoint.StartAsync(router);

        await endpoint.CallAsync("good");
        await endpoint.FailAsync("bad");
        await Assert.ThrowsAsync<GrpcException>(() => endpoint.Channel.UnaryAsync(TestService.Nothing, new Empty()));
        await endpoint.Server.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(
            [(TestService.Text.Path, GrpcStatusCode.OK), (TestService.Text.Path, GrpcStatusCode.NotFound), (TestService.Nothing.Path, GrpcStatusCode.Unimplemented)],
            outcomes);
    }

    [Fact]
    public async Task Unary_UnknownMethodOrService_SaysSoInTheWordsThatClientsLookFor()
    {
        var router = TestService.EchoRouter();
        router.AddService("test.v1.Known");
        await using var endpoint = await Endpoint.StartAsync(router);

        Assert.Equal("unknown method Nope for service test.v1.Echo", await Message("test.v1.Echo", "Nope"));
        Assert.Equal("unknown method Nope for service test.v1.Known", await Message("test.v1.Known", "Nope"));
        Assert.Equal("unknown service test.v1.Other", await Message("test.v1.Other", "Text"));

        async Task<string> Message(string service, string name)
        {
            var method = new GrpcMethod<Empty, Empty>(service, name, Empty.Parser, Empty.Parser);
            var error = await Assert.ThrowsAsync<GrpcException>(() => endpoint.Channel.UnaryAsync(method, new Empty()));
            Assert.Equal(GrpcStatusCode.Unimplemented, error.Code);
            return error.Message;
        }
    }
}
