namespace Temporalio.Testing;

/// <summary>Options of the server that <see cref="WorkflowEnvironment.StartLocalAsync"/> starts.</summary>
public class DevServerOptions : ICloneable
{
    /// <summary>Path of the <c>temporal</c> command-line tool to start a server with. Default: unset, the server embedded in the process.</summary>
    public string? ExistingPath { get; set; }

    /// <summary>Version of the tool to download. Default: <c>default</c>. Without effect: nothing is downloaded here, the server is embedded or the tool given.</summary>
    public string DownloadVersion { get; set; } = "default";

    /// <summary>How long a downloaded tool is used. Default: unset. Without effect, see <see cref="DownloadVersion"/>.</summary>
    public TimeSpan? DownloadTtl { get; set; }

    /// <summary>File to keep everything in. Default: unset, in memory.</summary>
    public string? DatabaseFilename { get; set; }

    /// <summary>Log format of a server started by the tool. Default: <c>pretty</c>.</summary>
    public string LogFormat { get; set; } = "pretty";

    /// <summary>Log level of a server started by the tool. Default: <c>warn</c>.</summary>
    public string LogLevel { get; set; } = "warn";

    /// <summary>Further arguments of the tool, passed on unchanged. Default: none.</summary>
    public IReadOnlyCollection<string>? ExtraArgs { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
