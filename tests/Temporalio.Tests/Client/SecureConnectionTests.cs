using System.Security.Cryptography;
using System.Text;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Client;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

public sealed class SecureConnectionTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    private byte[] Root => Encoding.ASCII.GetBytes(certificates.Root.ExportCertificatePem());

    private byte[] ClientCert => Encoding.ASCII.GetBytes(certificates.Client.ExportCertificatePem());

    private byte[] ClientKey => Encoding.ASCII.GetBytes(certificates.ClientKeyPem());

    [Fact]
    public async Task Tls_RootAndNameGiven_IsConnected()
    {
        await using var server = Server();

        var client = await server.ConnectAsync(o => o.Tls = new() { ServerRootCACert = Root, Domain = "test.server" });

        Assert.True(client.Connection.IsConnected);
    }

    [Fact]
    public async Task Tls_RootNotGiven_SaysThatTheCertificateIsNotTrusted()
    {
        await using var server = Server();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => server.ConnectAsync(o => o.Tls = new() { Domain = "test.server" }));

        Assert.Contains("certificate", error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_ServerWantsAClientCertificate_OnlyThatConnects(bool given)
    {
        await using var server = Server(o => o.ClientRootCertificates = [certificates.Root]);
        Task<TemporalClient> ConnectAsync() => server.ConnectAsync(o => o.Tls = new()
        {
            ServerRootCACert = Root,
            Domain = "test.server",
            ClientCert = given ? ClientCert : null,
            ClientPrivateKey = given ? ClientKey : null,
        });

        if (given)
        {
            Assert.True((await ConnectAsync()).Connection.IsConnected);
        }
        else
        {
            await Assert.ThrowsAsync<InvalidOperationException>(ConnectAsync);
        }
    }

    [Fact]
    public async Task ApiKey_TlsUnset_TurnsItOnUnlessDisabled()
    {
        await using var clear = new FakeFrontend();
        await using var secure = Server();

        await Assert.ThrowsAsync<InvalidOperationException>(() => clear.ConnectAsync(o => o.ApiKey = "key"));
        await clear.ConnectAsync(o => (o.ApiKey, o.Tls) = ("key", new() { Disabled = true }));
        await secure.ConnectAsync(o => (o.ApiKey, o.Tls) = ("key", new() { ServerRootCACert = Root, Domain = "test.server" }));

        Assert.Equal(("Bearer key", "Bearer key"), (clear.Headers["GetSystemInfo:authorization"], secure.Headers["GetSystemInfo:authorization"]));
    }

    [Fact]
    public async Task Tls_UnreadableOptions_AreNamed()
    {
        await Throws(new() { ServerRootCACert = "nothing"u8.ToArray() }, "Tls.ServerRootCACert holds no PEM certificate");
        await Throws(new() { ClientCert = ClientCert }, "Tls.ClientCert and Tls.ClientPrivateKey must be set together");
        await Throws(new() { ClientCert = ClientCert, ClientPrivateKey = "nothing"u8.ToArray() }, "Tls.ClientCert with its private key cannot be read");
        using var other = ECDsa.Create();
        await Throws(new() { ClientCert = ClientCert, ClientPrivateKey = Encoding.ASCII.GetBytes(other.ExportPkcs8PrivateKeyPem()) }, "Tls.ClientCert with its private key cannot be read");

        static async Task Throws(TlsOptions tls, string message) =>
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => TemporalClient.ConnectAsync(new("localhost:1") { Tls = tls }))).Message);
    }

    [Theory]
    [InlineData("proxy")]
    [InlineData("http://proxy:1")]
    public async Task Proxy_TargetHostOfAnotherForm_IsNamed(string host)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => TemporalClient.ConnectAsync(new("localhost:1") { HttpConnectProxy = new(host) }));

        Assert.Contains($"HttpConnectProxy.TargetHost '{host}' is not of the form 'host:port'", error.Message);
    }

    private FakeFrontend Server(Action<GrpcServerOptions>? configure = null)
    {
        var options = new GrpcServerOptions { ServerCertificate = certificates.Server };
        configure?.Invoke(options);
        return new(options);
    }
}
