using Temporalio.Client;

namespace Temporalio.Testing;

/// <summary>Options of <see cref="WorkflowEnvironment.StartTimeSkippingAsync"/>: of the client and of the server.</summary>
public class WorkflowEnvironmentStartTimeSkippingOptions : TemporalClientConnectOptions
{
    /// <summary>Folder for downloads. Without effect: nothing is downloaded. Default: unset.</summary>
    public string? DownloadDirectory { get; set; }

    /// <summary>Options of the server.</summary>
    public TestServerOptions TestServer { get; set; } = new();

    /// <inheritdoc/>
    public override object Clone()
    {
        var copy = (WorkflowEnvironmentStartTimeSkippingOptions)base.Clone();
        copy.TestServer = (TestServerOptions)TestServer.Clone();
        return copy;
    }
}
