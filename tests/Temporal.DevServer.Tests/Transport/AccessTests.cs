using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Transport;

public sealed class AccessTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    private static readonly GrpcMethod<GetSystemInfoRequest, GetSystemInfoResponse> SystemInfo =
        new(TestServer.Workflows, "GetSystemInfo", GetSystemInfoRequest.Parser, GetSystemInfoResponse.Parser);

    [Fact]
    public async Task Tls_TrustedServer_IsCalled()
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { ServerCertificate = certificates.Server });
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri("https://" + server.Address), ServerRootCertificates = [certificates.Root] });

        Assert.Equal("1.32.0", (await channel.UnaryAsync(SystemInfo, new())).ServerVersion);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mtls_Client_IsServedOnlyWithACertificateOfTheRoot(bool trusted)
    {
        await using var server = await TemporalDevServer.StartAsync(
            new DevServerOptions { ServerCertificate = certificates.Server, ClientRootCertificates = [certificates.Root] });
        using var channel = new GrpcChannel(new GrpcChannelOptions
        {
            Address = new Uri("https://" + server.Address),
            ServerRootCertificates = [certificates.Root],
            ClientCertificate = trusted ? certificates.Client : certificates.OtherClient,
        });

        if (trusted)
        {
            Assert.Equal("1.32.0", (await channel.UnaryAsync(SystemInfo, new())).ServerVersion);
        }
        else
        {
            var error = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(SystemInfo, new()));
            Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        }
    }

    [Theory]
    [InlineData("Bearer sesame", true)]
    [InlineData("bearer sesame", true)]
    [InlineData("Bearer sesam", false)]
    [InlineData("Bearer sesame!", false)]
    [InlineData("sesame", false)]
    [InlineData("Bearer ", false)]
    [InlineData(null, false)]
    public async Task ApiKey_Call_IsServedOnlyWithTheKey(string? header, bool accepted)
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { ApiKey = "sesame" });
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri("http://" + server.Address) });
        var options = header is null ? new GrpcCallOptions() : new GrpcCallOptions { Headers = new Dictionary<string, string> { ["authorization"] = header } };

        var call = channel.UnaryAsync(SystemInfo, new(), options);

        if (accepted)
        {
            await call;
        }
        else
        {
            var error = await Assert.ThrowsAsync<GrpcException>(() => call);
            Assert.Equal(GrpcStatusCode.Unauthenticated, error.Code);
            Assert.DoesNotContain("sesame", error.Message, StringComparison.Ordinal);
        }
    }
}
