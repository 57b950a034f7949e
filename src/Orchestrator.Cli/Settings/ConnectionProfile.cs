using Temporalio.Common.EnvConfig;

namespace Orchestrator.Cli.Settings;

/// <summary>
/// How a Temporal service is reached, as every Temporal client is told: the variables <c>TEMPORAL_ADDRESS</c>, <c>_NAMESPACE</c>, <c>_API_KEY</c>, <c>_TLS…</c>, <c>_GRPC_META_…</c>, and a profile of
/// <c>temporal.toml</c>. The file is read only where a variable names it or a profile in it: what is set up for other programs must not make a local command work elsewhere.
/// </summary>
internal static class ConnectionProfile
{
    /// <summary>Loads it from the environment of this process.</summary>
    /// <exception cref="UsageException">It contradicts itself, or names a profile that is not there.</exception>
    public static ClientEnvConfig.Profile Load()
    {
        try
        {
            return ClientEnvConfig.Profile.Load(new() { DisableFile = !IsSet("TEMPORAL_PROFILE") && !IsSet("TEMPORAL_CONFIG_FILE") });
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException($"The connection to Temporal (variables TEMPORAL_…, temporal.toml): {e.Message}{(e.Message.Contains("Help:", StringComparison.Ordinal) ? "" : " Help: docs/guides/real-cluster.md lists the variables.")}");
        }
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
