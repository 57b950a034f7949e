namespace Temporalio.Common;

/// <summary>One version of a worker deployment.</summary>
/// <param name="DeploymentName">Name of the deployment; must not contain a dot.</param>
/// <param name="BuildId">Build within the deployment.</param>
public sealed record WorkerDeploymentVersion(string DeploymentName, string BuildId)
{
    /// <summary>Reads the form <c>deployment.build</c>.</summary>
    /// <param name="canonical">The text.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">The text has no dot.</exception>
    public static WorkerDeploymentVersion FromCanonicalString(string canonical)
    {
        var dot = canonical.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? throw new ArgumentException($"'{canonical}' is not of the form '<deployment name>.<build id>'.", nameof(canonical))
            : new(canonical[..dot], canonical[(dot + 1)..]);
    }

    /// <summary>Writes the form <c>deployment.build</c>.</summary>
    /// <returns>The text.</returns>
    public string ToCanonicalString() => $"{DeploymentName}.{BuildId}";

    /// <summary>Reads the wire form; null or empty gives null.</summary>
    internal static WorkerDeploymentVersion? FromProto(Api.Deployment.V1.WorkerDeploymentVersion? proto) =>
        proto is null || proto.BuildId.Length == 0 ? null : new(proto.DeploymentName, proto.BuildId);

    /// <summary>Writes the wire form.</summary>
    internal Api.Deployment.V1.WorkerDeploymentVersion ToProto() => new() { DeploymentName = DeploymentName, BuildId = BuildId };
}
