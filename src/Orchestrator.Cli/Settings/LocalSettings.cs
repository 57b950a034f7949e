using Orchestrator.Activities.Contracts;
using Temporalio.Common.EnvConfig;

namespace Orchestrator.Cli.Settings;

/// <summary>
/// Where the stack lies and how it is reached. Sources, strongest first: flag, environment variable, <c>temporal-dev.yaml</c> in the calling
/// folder, the one beside the launcher, the defaults below. Paths are absolute once loaded.
/// </summary>
public sealed record LocalSettings
{
    /// <summary>
    /// Environment in which pipelines are read (<c>pipeline.NAME.yaml</c>); its lake, logs and database are its own. Default: null, none. Also: <c>ORCHESTRATOR_ENVIRONMENT</c>.
    /// </summary>
    public string? Environment { get; init; }

    /// <summary>Address <c>host:port</c> of a Temporal frontend; null starts the embedded server. Also: <c>TEMPORAL_ADDRESS</c>, the profile that <c>TEMPORAL_PROFILE</c> names.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// How the service at a configured address is reached: TLS, certificates, API key and metadata, from the variables <c>TEMPORAL_…</c> that every Temporal client reads. Default: null, in
    /// plain text; a server of this machine that was found, not configured, always is.
    /// </summary>
    public ClientEnvConfig.Profile? Connection { get; init; }

    /// <summary>Temporal namespace. Default: <c>default</c>. Also: <c>TEMPORAL_NAMESPACE</c>.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Where the embedded server listens. Default: <c>127.0.0.1</c>.</summary>
    public string Ip { get; init; } = "127.0.0.1";

    /// <summary>Port of the embedded server, 0 for any free one. Default: 7233; <c>run</c> takes a free one when it is in use.</summary>
    public int Port { get; init; } = 7233;

    /// <summary>Loopback port of the embedded server's <c>/healthz</c> and <c>/metrics</c>, 0 for any free one. Default: null, neither is served.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>SQLite file of the embedded server. Default: <c>.orchestrator/temporal.db</c> in the calling folder.</summary>
    public required string Database { get; init; }

    /// <summary>Folder of the lake, or its bucket as <c>LakeLocation</c> writes it. Default: <c>.orchestrator/lake</c> in the calling folder.</summary>
    public required string Lake { get; init; }

    /// <summary>
    /// Where the catalog is: <c>local</c> for a Postgres that the stack starts itself, <c>${env:NAME}</c> or <c>${file:/path}</c> for a connection string that is found there; null for none. Default: null. Also:
    /// <c>ORCHESTRATOR_CATALOG</c>, which may hold the connection string itself.
    /// </summary>
    public string? Catalog { get; init; }

    /// <summary>Folder of the local catalog's data. Default: <c>catalog</c> beside the embedded server's database.</summary>
    public string CatalogFolder => Path.Combine(Path.GetDirectoryName(Database)!, "catalog");

    /// <summary>Folder for log files. Default: <c>.orchestrator/logs</c> in the calling folder.</summary>
    public required string Logs { get; init; }

    /// <summary>Folder that holds one folder per pipeline. Default: <c>pipelines</c> in the calling folder.</summary>
    public required string Pipelines { get; init; }

    /// <summary>Task queue of workflows and activities. Default: <c>pipelines</c>.</summary>
    public required string TaskQueue { get; init; }

    /// <summary>Activities that one worker runs at once. Default: 4.</summary>
    public int MaxConcurrentActivities { get; init; } = 4;

    /// <summary>What work costs, for <c>limits.cost</c>. Default: <see cref="PriceList.Default"/>.</summary>
    public PriceList Prices { get; init; } = PriceList.Default;

    /// <summary>The same with the address of a service that was found: in plain text unless it is the configured one.</summary>
    public LocalSettings ReachedAt(string address) => this with { Address = address, Connection = address == Address ? Connection : null };

    /// <summary>File in which a running <c>orchestrator dev</c> leaves its address, so that other commands find it.</summary>
    public string DevFile => Path.Combine(Path.GetDirectoryName(Database)!, "dev.json");
}
