namespace Temporalio.Common.EnvConfig;

/// <summary>Loads one profile: options before variables before the file.</summary>
internal static class ProfileLoader
{
    private const string MetaPrefix = "TEMPORAL_GRPC_META_";

    internal static ClientEnvConfig.Profile Load(ClientEnvConfig.ProfileLoadOptions options)
    {
        if (options is { DisableFile: true, DisableEnv: true })
        {
            throw new InvalidOperationException("Invalid configuration: Cannot disable both the file and the environment. Help: there would be nothing to load.");
        }

        var variables = new ConfigVariables(options.OverrideEnvVars);
        var profile = options.DisableFile ? new() : FromFile(options, variables);
        return options.DisableEnv ? profile : Overlay(profile, variables);
    }

    private static ClientEnvConfig.Profile FromFile(ClientEnvConfig.ProfileLoadOptions options, ConfigVariables variables)
    {
        var named = !string.IsNullOrEmpty(options.Profile) ? options.Profile : options.DisableEnv ? null : variables.Filled("TEMPORAL_PROFILE");
        var profiles = ConfigFile.Load(options.ConfigSource, variables, options.ConfigFileStrict);
        if (profiles.TryGetValue(named ?? "default", out var profile))
        {
            return profile;
        }

        return named is null
            ? new()
            : throw new InvalidOperationException(
                $"Profile '{named}' not found. Help: the configuration has {(profiles.Count == 0 ? "no profiles" : $"the profiles {string.Join(", ", profiles.Keys.Order(StringComparer.Ordinal).Select(p => $"'{p}'"))}")}.");
    }

    private static ClientEnvConfig.Profile Overlay(ClientEnvConfig.Profile profile, ConfigVariables variables) => profile with
    {
        Address = variables.Get("TEMPORAL_ADDRESS") ?? profile.Address,
        Namespace = variables.Get("TEMPORAL_NAMESPACE") ?? profile.Namespace,
        ApiKey = variables.Get("TEMPORAL_API_KEY") ?? profile.ApiKey,
        Tls = Overlay(profile.Tls, variables),
        GrpcMeta = Overlay(profile.GrpcMeta, variables),
    };

    private static Dictionary<string, string>? Overlay(IReadOnlyDictionary<string, string>? meta, ConfigVariables variables)
    {
        var result = new Dictionary<string, string>(meta ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (variable, value) in variables.StartingWith(MetaPrefix).Where(v => v.Key.Length > MetaPrefix.Length))
        {
            var name = ConfigFile.HeaderName(variable[MetaPrefix.Length..]);
            if (value.Length == 0)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = value;
            }
        }

        return result.Count > 0 ? result : null;
    }

    private static ClientEnvConfig.Tls? Overlay(ClientEnvConfig.Tls? tls, ConfigVariables variables)
    {
        string[] names = ["", "_SERVER_NAME", "_DISABLE_HOST_VERIFICATION", .. new[] { "_SERVER_CA_CERT", "_CLIENT_CERT", "_CLIENT_KEY" }.SelectMany(n => new[] { n + "_PATH", n + "_DATA" })];
        if (names.All(n => variables.Get("TEMPORAL_TLS" + n) is null))
        {
            return tls;
        }

        tls ??= new();
        return tls with
        {
            Disabled = variables.Get("TEMPORAL_TLS")?.ToLowerInvariant() switch { "1" or "true" => false, "0" or "false" => true, _ => tls.Disabled },
            ServerName = variables.Get("TEMPORAL_TLS_SERVER_NAME") ?? tls.ServerName,
            ServerRootCACert = Overlay(tls.ServerRootCACert, "server CA cert", "TEMPORAL_TLS_SERVER_CA_CERT", variables),
            ClientCert = Overlay(tls.ClientCert, "cert", "TEMPORAL_TLS_CLIENT_CERT", variables),
            ClientPrivateKey = Overlay(tls.ClientPrivateKey, "key", "TEMPORAL_TLS_CLIENT_KEY", variables),
        };
    }

    private static DataSource? Overlay(DataSource? source, string item, string variable, ConfigVariables variables)
    {
        var path = variables.Get(variable + "_PATH");
        var data = variables.Get(variable + "_DATA");
        if (path is not null && data is not null)
        {
            throw new InvalidOperationException($"Invalid configuration: Cannot specify both {variable}_PATH and {variable}_DATA");
        }

        if (path is not null && source?.Data is not null)
        {
            throw new InvalidOperationException($"Invalid configuration: Cannot specify {item} path via {variable}_PATH when {item} data is already specified");
        }

        if (data is not null && source?.Path is not null)
        {
            throw new InvalidOperationException($"Invalid configuration: Cannot specify {item} data via {variable}_DATA when {item} path is already specified");
        }

        return path is not null ? DataSource.FromPath(path) : data is not null ? DataSource.FromUTF8String(data) : source;
    }
}
