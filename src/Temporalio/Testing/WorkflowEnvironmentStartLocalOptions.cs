using Temporalio.Client;
using Temporalio.Common;

namespace Temporalio.Testing;

/// <summary>Options of <see cref="WorkflowEnvironment.StartLocalAsync"/>: of the client and of the server.</summary>
public class WorkflowEnvironmentStartLocalOptions : TemporalClientConnectOptions
{
    /// <summary>Options of the server.</summary>
    public DevServerOptions DevServerOptions { get; set; } = new();

    /// <summary>Folder for a downloaded tool. Default: unset. Without effect: nothing is downloaded here.</summary>
    public string? DownloadDirectory { get; set; }

    /// <summary>Search attributes to register. Default: none.</summary>
    public IReadOnlyCollection<SearchAttributeKey>? SearchAttributes { get; set; }

    /// <summary>Whether a server started by the tool shows its web interface. Default: false.</summary>
    public bool UI { get; set; }

    /// <summary>Port of the web interface. Default: 0, the tool decides.</summary>
    public int UIPort { get; set; }

    /// <inheritdoc/>
    public override object Clone()
    {
        var copy = (WorkflowEnvironmentStartLocalOptions)base.Clone();
        copy.DevServerOptions = (DevServerOptions)DevServerOptions.Clone();
        return copy;
    }
}
