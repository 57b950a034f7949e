namespace Temporalio.Testing;

/// <summary>Options of the server that <see cref="WorkflowEnvironment.StartTimeSkippingAsync"/> starts.</summary>
public class TestServerOptions : ICloneable
{
    /// <summary>Path of a time-skipping test server to start. Default: unset, the server embedded in the process.</summary>
    public string? ExistingPath { get; set; }

    /// <summary>Version to download. Without effect: nothing is downloaded. Default: <c>default</c>.</summary>
    public string DownloadVersion { get; set; } = "default";

    /// <summary>How long a download stays good. Without effect: nothing is downloaded. Default: unset.</summary>
    public TimeSpan? DownloadTtl { get; set; }

    /// <summary>Further arguments of the server at <see cref="ExistingPath"/>, passed on unchanged. Default: none.</summary>
    public IReadOnlyCollection<string>? ExtraArgs { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
