namespace Temporal.Grpc.Tests;

public sealed class MetadataTests
{
    [Fact]
    public async Task Headers_TextAndBinary_ReachTheHandler()
    {
        byte[] binary = [0, 255, 1, 254, 13];
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((_, call) =>
            new($"{call.Header("Client-Name")}|{Convert.ToHexString(call.BinaryHeader("trace-bin")!)}|{call.Header("absent")}|{call.BinaryHeader("absent-bin")?.Length}|{call.Header("user-agent")}")));

        var seen = await endpoint.CallAsync("", new GrpcCallOptions
        {
            Headers = new Dictionary<string, string> { ["client-name"] = "temporal-dotnet" },
            BinaryHeaders = new Dictionary<string, byte[]> { ["trace-bin"] = binary },
        });

        Assert.Equal("temporal-dotnet|00FF01FE0D|||temporal-grpc-dotnet", seen);
    }

    [Theory]
    [InlineData("name", "new\nline")]
    [InlineData("name", "Grüße")]
    [InlineData("no good", "value")]
    [InlineData("grpc-timeout", "1S")]
    public async Task Headers_ThatCannotBeSent_AreRefusedByName(string name, string value)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => endpoint.CallAsync("", new GrpcCallOptions { Headers = new Dictionary<string, string> { [name] = value } }));

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BinaryHeaders_NameWithoutSuffix_IsRefused()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());

        await Assert.ThrowsAsync<ArgumentException>(
            () => endpoint.CallAsync("", new GrpcCallOptions { BinaryHeaders = new Dictionary<string, byte[]> { ["trace"] = [1] } }));
    }

    [Fact]
    public async Task Peer_IsTheCallersAddress()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((_, call) => new(call.Peer!)));

        Assert.Matches(@"^127\.0\.0\.1:\d+$", await endpoint.CallAsync(""));
    }

    [Theory]
    [InlineData("", "Name")]
    [InlineData("a/b", "Name")]
    [InlineData("service", "Na/me")]
    public void GrpcMethod_BadName_IsRefused(string service, string name) =>
        Assert.ThrowsAny<ArgumentException>(() => new GrpcMethod<Google.Protobuf.WellKnownTypes.Empty, Google.Protobuf.WellKnownTypes.Empty>(
            service, name, Google.Protobuf.WellKnownTypes.Empty.Parser, Google.Protobuf.WellKnownTypes.Empty.Parser));

    [Fact]
    public void Map_Twice_IsRefused()
    {
        var router = TestService.EchoRouter();

        Assert.Throws<ArgumentException>(() => router.Map(TestService.Text, (request, _) => new(request)));
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("/relative")]
    public void GrpcChannel_BadAddress_IsRefused(string address) =>
        Assert.Throws<ArgumentException>(() => new GrpcChannel(new GrpcChannelOptions { Address = new Uri(address, UriKind.RelativeOrAbsolute) }));
}
