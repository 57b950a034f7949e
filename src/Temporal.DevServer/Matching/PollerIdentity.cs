using Temporalio.Api.Common.V1;
using Temporalio.Api.Deployment.V1;

namespace Temporal.DevServer.Matching;

/// <summary>Who polls.</summary>
internal sealed record PollerIdentity(string Identity, string InstanceKey)
{
    public string BuildId { get; init; } = "";

    public WorkerVersionCapabilities? Capabilities { get; init; }

    public WorkerDeploymentOptions? Deployment { get; init; }

    public double? TasksPerSecond { get; init; }
}
