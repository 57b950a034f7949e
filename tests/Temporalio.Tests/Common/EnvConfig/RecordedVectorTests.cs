using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.TestKit;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;

namespace Temporalio.Tests.Common.EnvConfig;

/// <summary>Files and variables give what the official SDK was recorded to make of them.</summary>
public sealed class RecordedVectorTests
{
    private static readonly JsonObject Recorded = JsonNode.Parse(File.ReadAllText(TestPaths.InRepo("tests", "Temporalio.Tests", "Common", "EnvConfig", "vectors.json")))!.AsObject();

    public static TheoryData<string> Ids => [.. Recorded["vectors"]!.AsArray().Select(v => (string)v!["id"]!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Load_RecordedVector_GivesTheRecordedProfileAndOptions(string id)
    {
        var vector = Recorded["vectors"]!.AsArray().Single(v => (string)v!["id"]! == id)!;
        using var dir = new TempDir();
        var options = Options(vector, dir.Root);
        if (vector["sdk"]!["error"] is { } error)
        {
            var seen = Assert.Throws<InvalidOperationException>(() => ClientEnvConfig.Profile.Load(options)).Message;
            AssertSameError((string)error!, seen);
            return;
        }

        var profile = ClientEnvConfig.Profile.Load(options);

        AssertEqual(vector["sdk"]!["profile"], JsonSerializer.SerializeToNode(profile.ToDictionary()));
        AssertEqual(vector["sdk"]!["profile"], JsonSerializer.SerializeToNode(ClientEnvConfig.Profile.FromDictionary(profile.ToDictionary()).ToDictionary()));
        if (vector["sdk"]!["connect"] is { } connect)
        {
            AssertEqual(connect, Form(ClientEnvConfig.LoadClientConnectOptions(options)));
        }
    }

    private static ClientEnvConfig.ProfileLoadOptions Options(JsonNode vector, string dir)
    {
        var text = (string?)vector["toml"];
        if (text is not null)
        {
            var content = text == "FULL" ? (string)Recorded["toml_FULL"]! : text;
            Directory.CreateDirectory(Path.Combine(dir, ".config", "temporalio"));
            File.WriteAllText(Path.Combine(dir, "temporal.toml"), content);
            if (((string)vector["id"]!).StartsWith("default-location", StringComparison.Ordinal))
            {
                File.WriteAllText(Path.Combine(dir, ".config", "temporalio", "temporal.toml"), content);
            }
        }

        // The recording machine had no configuration of its own.
        var variables = vector["env"]!.AsObject().ToDictionary(v => v.Key, v => ((string)v.Value!).Replace("<dir>", dir, StringComparison.Ordinal));
        variables.TryAdd("HOME", Path.Combine(dir, "empty-home"));
        return new()
        {
            OverrideEnvVars = variables,
            Profile = (string?)vector["profile_argument"],
            ConfigFileStrict = (bool?)vector["options"]?["config_file_strict"] ?? false,
            DisableEnv = (bool?)vector["options"]?["disable_env"] ?? false,
            DisableFile = (bool?)vector["options"]?["disable_file"] ?? false,
        };
    }

    /// <summary>The words are the same; the recording draws the line and parts the text into lines, ours does not show what may be secret.</summary>
    private static void AssertSameError(string recorded, string seen)
    {
        var lines = recorded.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines.Length == 1 ? lines[0] : lines[0].Split(": ")[1], seen, StringComparison.Ordinal);
        if (lines.Length > 1)
        {
            Assert.Contains(lines[^1], seen, StringComparison.Ordinal);
        }
    }

    private static JsonObject Form(TemporalClientConnectOptions options)
    {
        var result = new JsonObject();
        Add(result, "target_host", options.TargetHost);
        Add(result, "namespace", options.Namespace == new TemporalClientConnectOptions().Namespace ? null : options.Namespace);
        Add(result, "api_key", options.ApiKey);
        if (options.RpcMetadata is { } meta)
        {
            result["rpc_metadata"] = new JsonObject(meta.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        }

        if (options.Tls is { Disabled: true })
        {
            result["tls"] = false;
        }
        else if (options.Tls is { } tls)
        {
            var form = new JsonObject();
            Add(form, "domain", tls.Domain);
            Add(form, "server_root_ca_cert", Text(tls.ServerRootCACert));
            Add(form, "client_cert", Text(tls.ClientCert));
            Add(form, "client_private_key", Text(tls.ClientPrivateKey));
            result["tls"] = form;
        }

        return result;
    }

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);

    private static void Add(JsonObject to, string key, string? value)
    {
        if (value is not null)
        {
            to[key] = value;
        }
    }

    private static void AssertEqual(JsonNode? expected, JsonNode? seen)
    {
        // The recording SDK says "on with nothing set" as true or as an empty table.
        var wanted = expected?.DeepClone();
        if (wanted?["tls"] is JsonValue on && on.TryGetValue<bool>(out var value) && value)
        {
            wanted["tls"] = new JsonObject();
        }

        Assert.True(JsonNode.DeepEquals(wanted, seen), $"expected {wanted?.ToJsonString()}, seen {seen?.ToJsonString()}");
    }
}
