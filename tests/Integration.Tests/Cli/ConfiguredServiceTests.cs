using Integration.Tests.Runs;
using Orchestrator.TestKit;
using Temporal.DevServer;

namespace Integration.Tests.Cli;

/// <summary>The program against a service that others run: in TLS, with a key, in a namespace of its own.</summary>
public sealed class ConfiguredServiceTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    private const string Key = "a-key";

    [Fact]
    public async Task Worker_OfAServiceWithTlsCertificatesAndKey_WorksAsTheVariablesAndAProfileSay()
    {
        using var workspace = Workspace();
        await using var server = await StartAsync();
        var profile = new Dictionary<string, string> { ["TEMPORAL_CONFIG_FILE"] = Profile(workspace, server.Address), ["TEMPORAL_PROFILE"] = "prod" };

        await using var worker = workspace.Start(profile, "worker");
        await worker.WaitForAsync("Ctrl+C stops");
        var run = await EndAsync(workspace.Start(Variables(workspace, server.Address), "run", "pipelines/shop", "--json"));

        run.ShouldSucceed();
        Assert.Contains("run/shop/2024-05-01", (await EndAsync(workspace.Start(profile, "runs"))).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithoutWhatTheServiceAsksFor_SaysHowItIsGiven()
    {
        using var workspace = Workspace();
        await using var server = await StartAsync();
        var variables = Variables(workspace, server.Address);

        var plain = await EndAsync(workspace.Start(new Dictionary<string, string> { ["TEMPORAL_ADDRESS"] = server.Address }, "runs"));
        Assert.Equal(3, plain.ExitCode);
        Assert.Contains("TEMPORAL_TLS", plain.Errors, StringComparison.Ordinal);

        var keyless = await EndAsync(workspace.Start(variables.Where(v => v.Key != "TEMPORAL_API_KEY").ToDictionary(), "runs"));
        Assert.Equal(3, keyless.ExitCode);
        Assert.DoesNotContain(Key, keyless.Errors, StringComparison.Ordinal);

        var elsewhere = await EndAsync(workspace.Start(variables, "runs", "--namespace", "elsewhere"));
        Assert.Equal(3, elsewhere.ExitCode);
        Assert.Contains("temporal operator namespace create --namespace elsewhere", elsewhere.Errors, StringComparison.Ordinal);

        variables["TEMPORAL_TLS_CLIENT_CERT_PATH"] = workspace.At("no.pem");
        var lost = await EndAsync(workspace.Start(variables, "runs"));
        Assert.Equal(2, lost.ExitCode);
        Assert.Contains("no.pem", lost.Errors, StringComparison.Ordinal);

        var nobody = await EndAsync(workspace.Start(new Dictionary<string, string> { ["TEMPORAL_PROFILE"] = "nobody", ["TEMPORAL_CONFIG_FILE"] = Profile(workspace, server.Address) }, "runs"));
        Assert.Equal(2, nobody.ExitCode);
        Assert.Contains("'prod'", nobody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfTheServerOfThisFolder_IsInPlainTextWhateverIsSetForOthers()
    {
        using var workspace = Workspace();
        await using var dev = workspace.Start(null, "dev", "--port", "0", "--no-worker");
        await dev.WaitForAsync("Ctrl+C stops");

        (await EndAsync(workspace.Start(new Dictionary<string, string> { ["TEMPORAL_API_KEY"] = Key, ["TEMPORAL_TLS"] = "true" }, "status"))).ShouldSucceed();
    }

    private static SmallWorkspace Workspace()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "silver.orders: {key: [id]}");
        workspace.Contract("shop", "silver.orders", "id BIGINT, day DATE");
        workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Day("shop", 1, "id,amount\n1,100");
        return workspace;
    }

    private Task<TemporalDevServer> StartAsync() => TemporalDevServer.StartAsync(new DevServerOptions
    {
        Port = 0,
        DatabaseFile = null,
        Namespaces = ["pipelines-prod"],
        ServerCertificate = certificates.Server,
        ClientRootCertificates = [certificates.Root],
        ApiKey = Key,
    });

    private Dictionary<string, string> Variables(SmallWorkspace workspace, string address)
    {
        workspace.Write("root.pem", certificates.Root.ExportCertificatePem());
        workspace.Write("client.pem", certificates.Client.ExportCertificatePem());
        workspace.Write("client.key", certificates.ClientKeyPem());
        return new Dictionary<string, string>
        {
            ["TEMPORAL_ADDRESS"] = address,
            ["TEMPORAL_NAMESPACE"] = "pipelines-prod",
            ["TEMPORAL_API_KEY"] = Key,
            ["TEMPORAL_TLS_SERVER_NAME"] = "test.server",
            ["TEMPORAL_TLS_SERVER_CA_CERT_PATH"] = workspace.At("root.pem"),
            ["TEMPORAL_TLS_CLIENT_CERT_PATH"] = workspace.At("client.pem"),
            ["TEMPORAL_TLS_CLIENT_KEY_PATH"] = workspace.At("client.key"),
        };
    }

    /// <summary>A <c>temporal.toml</c> that says the same.</summary>
    private string Profile(SmallWorkspace workspace, string address)
    {
        var v = Variables(workspace, address);
        workspace.Write("temporal.toml", $"""
            [profile.prod]
            address = "{address}"
            namespace = "pipelines-prod"
            api_key = "{Key}"
            [profile.prod.tls]
            server_name = "test.server"
            server_ca_cert_path = "{v["TEMPORAL_TLS_SERVER_CA_CERT_PATH"]}"
            client_cert_path = "{v["TEMPORAL_TLS_CLIENT_CERT_PATH"]}"
            client_key_path = "{v["TEMPORAL_TLS_CLIENT_KEY_PATH"]}"
            """);
        return workspace.At("temporal.toml");
    }

    private static async Task<CliResult> EndAsync(OrchestratorProcess process)
    {
        await using (process)
        {
            return await process.EndAsync();
        }
    }
}
