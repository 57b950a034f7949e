using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;

namespace Temporal.Grpc.Tests;

public sealed class ProxyTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    [Fact]
    public async Task Proxy_ClearText_TunnelsToTheTarget()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        await using var proxy = new TestProxy(endpoint.Server.EndPoint);
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri("http://temporal.internal:7233"), Proxy = proxy.Address });

        var reply = await channel.UnaryAsync(TestService.Text, new StringValue { Value = "through" });

        Assert.Equal("through", reply.Value);
        Assert.Equal("CONNECT temporal.internal:7233 HTTP/1.1\r\nHost: temporal.internal:7233\r\n\r\n", Assert.Single(proxy.Requests));
    }

    [Fact]
    public async Task Proxy_TlsAndCredentials_TunnelsToTheTarget()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), server => server.ServerCertificate = certificates.Server);
        await using var proxy = new TestProxy(endpoint.Server.EndPoint);
        using var channel = new GrpcChannel(new GrpcChannelOptions
        {
            Address = new Uri("https://test.server"),
            ServerRootCertificates = [certificates.Root],
            Proxy = proxy.Address with { UserName = "user", Password = "pass:word" },
        });

        var reply = await channel.UnaryAsync(TestService.Text, new StringValue { Value = "through" });

        Assert.Equal("through", reply.Value);
        Assert.Equal(
            "CONNECT test.server:443 HTTP/1.1\r\nHost: test.server:443\r\nProxy-Authorization: Basic dXNlcjpwYXNzOndvcmQ=\r\n\r\n",
            Assert.Single(proxy.Requests));
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "'HTTP/1.1 407 Proxy Authentication Required'")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "'HTTP/1.1 502 Bad Gateway'")]
    [InlineData("SSH-2.0 200 \r\n\r\n", "'SSH-2.0 200 '")]
    [InlineData("", "without an answer")]
    public async Task Proxy_Refuses_IsUnavailableWithItsAnswer(string answer, string expected)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        await using var proxy = new TestProxy(endpoint.Server.EndPoint, answer);
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = endpoint.Server.Uri, Proxy = proxy.Address });

        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(TestService.Nothing, new Empty()));

        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
