using Orchestrator.TestKit;

namespace Temporal.Grpc.Tests;

public sealed class TlsTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    [Fact]
    public async Task Tls_TrustedServer_IsCalled()
    {
        await using var endpoint = await StartAsync(channel => channel.ServerRootCertificates = [certificates.Root]);

        Assert.Equal("https", endpoint.Server.Uri.Scheme);
        Assert.Equal("secret", await endpoint.CallAsync("secret"));
    }

    [Fact]
    public async Task Tls_UnknownRoot_IsUnavailableWithTheReason()
    {
        await using var endpoint = await StartAsync(channel => channel.ServerRootCertificates = [certificates.OtherRoot]);

        var error = await endpoint.FailAsync();

        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Help:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test.server", true)]
    [InlineData("other.server", false)]
    public async Task Tls_ServerNameOverride_IsTheNameThatIsChecked(string name, bool accepted)
    {
        await using var endpoint = await StartAsync(channel =>
        {
            channel.ServerRootCertificates = [certificates.Root];
            channel.ServerName = name;
        });

        if (accepted)
        {
            Assert.Equal("ok", await endpoint.CallAsync("ok"));
        }
        else
        {
            Assert.Equal(GrpcStatusCode.Unavailable, (await endpoint.FailAsync()).Code);
        }
    }

    [Fact]
    public async Task Mtls_TrustedClient_IsServed()
    {
        await using var endpoint = await StartAsync(
            channel =>
            {
                channel.ServerRootCertificates = [certificates.Root];
                channel.ClientCertificate = certificates.Client;
            },
            server => server.ClientRootCertificates = [certificates.Root]);

        Assert.Equal("ok", await endpoint.CallAsync("ok"));
    }

    public static TheoryData<string> RefusedClients => ["none", "other root", "not for clients"];

    [Theory]
    [MemberData(nameof(RefusedClients))]
    public async Task Mtls_OtherClient_IsRefused(string client)
    {
        await using var endpoint = await StartAsync(
            channel =>
            {
                channel.ServerRootCertificates = [certificates.Root];
                channel.ClientCertificate = client switch
                {
                    "other root" => certificates.OtherClient,
                    "not for clients" => certificates.Server,
                    _ => null,
                };
            },
            server => server.ClientRootCertificates = [certificates.Root]);

        Assert.Equal(GrpcStatusCode.Unavailable, (await endpoint.FailAsync()).Code);
    }

    [Fact]
    public async Task Tls_ClearTextChannel_IsUnavailable()
    {
        await using var endpoint = await StartAsync(_ => { });
        using var clear = new GrpcChannel(new GrpcChannelOptions { Address = new UriBuilder(endpoint.Server.Uri) { Scheme = "http" }.Uri });

        var error = await Assert.ThrowsAsync<GrpcException>(() => clear.UnaryAsync(TestService.Nothing, new()));

        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task StartAsync_ClientRootsWithoutTls_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => GrpcServer.StartAsync(new GrpcServerOptions { ClientRootCertificates = [certificates.Root] }, new GrpcRouter()));

    private Task<Endpoint> StartAsync(Action<GrpcChannelOptions> channel, Action<GrpcServerOptions>? server = null) =>
        Endpoint.StartAsync(
            TestService.EchoRouter(),
            options =>
            {
                options.ServerCertificate = certificates.Server;
                server?.Invoke(options);
            },
            channel);
}
