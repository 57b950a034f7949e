using Temporalio.Api.Enums.V1;
using Temporalio.Common;
using VersioningBehavior = Temporalio.Common.VersioningBehavior;

namespace Temporalio.Worker;

/// <summary>The version of a worker deployment that a worker belongs to.</summary>
public class WorkerDeploymentOptions : ICloneable
{
    /// <summary>Creates options; the version must be set before use.</summary>
    public WorkerDeploymentOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="version">The version.</param>
    /// <param name="useWorkerVersioning">Whether the server routes tasks by version.</param>
    public WorkerDeploymentOptions(WorkerDeploymentVersion version, bool useWorkerVersioning)
    {
        Version = version;
        UseWorkerVersioning = useWorkerVersioning;
    }

    /// <summary>The version; required.</summary>
    public WorkerDeploymentVersion? Version { get; set; }

    /// <summary>Whether the server routes tasks by version. Default: false, the version is only shown.</summary>
    public bool UseWorkerVersioning { get; set; }

    /// <summary>Behaviour of workflows that state none. Default: unspecified; each workflow must state its own when versioning is used.</summary>
    public VersioningBehavior DefaultVersioningBehavior { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();

    /// <summary>The wire form sent with polls and completions.</summary>
    internal Api.Deployment.V1.WorkerDeploymentOptions ToProto() => new()
    {
        DeploymentName = Version?.DeploymentName ?? string.Empty,
        BuildId = Version?.BuildId ?? string.Empty,
        WorkerVersioningMode = UseWorkerVersioning ? WorkerVersioningMode.Versioned : WorkerVersioningMode.Unversioned,
    };
}
