using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.WorkflowService.V1;

namespace Orchestrator.Integration.Tests;

/// <summary>Our transport with the others that people use: grpc-js, and the TLS of both official clients.</summary>
public sealed class GrpcInteropTests
{
    private const string Service = "interop.v1.Interop";
    private const string AwkwardMessage = "100% broken\nžluťoučký 🐎 ~ ";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static GrpcMethod<BytesValue, BytesValue> Method(string name) => new(Service, name, BytesValue.Parser, BytesValue.Parser);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GrpcJsClient_OurServer_EveryCheckPasses(bool gzipReplies)
    {
        await using var server = await GrpcServer.StartAsync(new GrpcServerOptions { GzipRepliesFrom = gzipReplies ? 0 : null }, Router());

        var outcomes = await NodeScript.RunAsync(Limit, "grpc/client.js", server.EndPoint.ToString());

        Assert.Equal(24, outcomes.Count);
        Assert.All(outcomes.Values, outcome => Assert.True(outcome.Ok, $"{outcome.Name}: {outcome.Error}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OurChannel_GrpcJsServer_EveryCheckPasses(bool gzip)
    {
        using var server = await NodeScript.StartAsync("grpc/server.js");
        try
        {
            var port = await server.StandardOutput.ReadLineAsync().WaitAsync(Limit);
            using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri($"http://127.0.0.1:{port}"), GzipRequests = gzip });

            await CheckRoundTripsAsync(channel);
            await CheckStatusesAsync(channel);
            await CheckMetadataAsync(channel);
            await CheckDeadlineAndCancelAsync(channel);
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task OfficialClients_Mtls_ConnectOnlyWithTheRightCertificates()
    {
        using var certificates = new TestCertificates();
        using var folder = new TempDir();
        await File.WriteAllTextAsync(folder.At("ca.pem"), certificates.Root.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("client.pem"), certificates.Client.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("client.key"), certificates.ClientKeyPem());
        var router = new GrpcRouter();
        router.Map(
            new GrpcMethod<GetSystemInfoRequest, GetSystemInfoResponse>(
                "temporal.api.workflowservice.v1.WorkflowService", "GetSystemInfo", GetSystemInfoRequest.Parser, GetSystemInfoResponse.Parser),
            (_, _) => new(new GetSystemInfoResponse { ServerVersion = "1.32.0" }));
        await using var server = await GrpcServer.StartAsync(
            new GrpcServerOptions { ServerCertificate = certificates.Server, ClientRootCertificates = [certificates.Root] }, router);

        var outcomes = await NodeScript.RunAsync(Limit, "tls.js", server.EndPoint.ToString(), folder.Root);

        Assert.Equal(
            [("mtls-client", true), ("mtls-core", true), ("no-client-certificate-client", false), ("no-client-certificate-core", false), ("wrong-name-client", false), ("wrong-name-core", false)],
            outcomes.Values.Select(outcome => (outcome.Name, outcome.Ok)));
    }

    private static GrpcRouter Router()
    {
        var router = new GrpcRouter();
        router.Map(Method("Echo"), (request, _) => new(request));
        router.Map(Method("Fail"), (request, _) =>
        {
            var wanted = JsonSerializer.Deserialize<JsonElement>(request.Value.Span);
            var details = wanted.TryGetProperty("details", out var text) ? text.GetBytesFromBase64() : null;
            throw new GrpcException((GrpcStatusCode)wanted.GetProperty("code").GetInt32(), wanted.GetProperty("message").GetString()!, details);
        });
        router.Map(Method("Wait"), async (request, call) =>
        {
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return request;
        });
        router.Map(Method("Headers"), (_, call) => new(Bytes(JsonSerializer.Serialize(new
        {
            text = call.Header("x-text"),
            data = Convert.ToHexString(call.BinaryHeader("x-data-bin")!),
            remainingSeconds = call.Remaining?.TotalSeconds,
        }))));
        return router;
    }

    private static BytesValue Bytes(string text) => new() { Value = ByteString.CopyFromUtf8(text) };

    private static async Task CheckRoundTripsAsync(GrpcChannel channel)
    {
        var large = new byte[3_500_000];
        new Random(1).NextBytes(large);
        foreach (var value in new[] { ByteString.Empty, ByteString.CopyFromUtf8("hello ž"), ByteString.CopyFrom(large) })
        {
            var request = new BytesValue { Value = value };
            Assert.Equal(request, await channel.UnaryAsync(Method("Echo"), request));
        }

        var replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(
            i => channel.UnaryAsync(Method("Echo"), Bytes(i.ToString(CultureInfo.InvariantCulture)))));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), replies.Select(reply => reply.Value.ToStringUtf8()));
    }

    private static async Task CheckStatusesAsync(GrpcChannel channel)
    {
        byte[] details = [8, 5, 255, 0];
        for (var code = 1; code <= 16; code++)
        {
            var request = Bytes(JsonSerializer.Serialize(new { code, message = AwkwardMessage, details }));
            var error = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(Method("Fail"), request));
            Assert.Equal(((GrpcStatusCode)code, AwkwardMessage), (error.Code, error.Message));
            Assert.Equal(details, error.StatusDetails);
        }

        var unknown = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(Method("Nope"), new BytesValue()));
        Assert.Equal(GrpcStatusCode.Unimplemented, unknown.Code);
    }

    private static async Task CheckMetadataAsync(GrpcChannel channel)
    {
        var reply = await channel.UnaryAsync(Method("Headers"), new BytesValue(), new GrpcCallOptions
        {
            Headers = new Dictionary<string, string> { ["x-text"] = "plain text" },
            BinaryHeaders = new Dictionary<string, byte[]> { ["x-data-bin"] = [0, 1, 254, 255] },
            Timeout = TimeSpan.FromSeconds(60),
        });
        var seen = JsonSerializer.Deserialize<JsonElement>(reply.Value.Span);
        Assert.Equal(("plain text", "0001FEFF"), (seen.GetProperty("text").GetString(), seen.GetProperty("data").GetString()));
        Assert.InRange(seen.GetProperty("remainingSeconds").GetDouble(), 30, 60);
    }

    private static async Task CheckDeadlineAndCancelAsync(GrpcChannel channel)
    {
        var late = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryAsync(Method("Wait"), new BytesValue(), new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, late.Code);

        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.UnaryAsync(Method("Wait"), new BytesValue(), null, caller.Token));
        Assert.Equal(new BytesValue(), await channel.UnaryAsync(Method("Echo"), new BytesValue()));
    }
}
