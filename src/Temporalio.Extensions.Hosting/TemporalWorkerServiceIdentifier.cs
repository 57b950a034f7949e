using Temporalio.Worker;

namespace Temporalio.Extensions.Hosting;

/// <summary>Tells hosted workers of one process apart; their options are named after it.</summary>
/// <param name="TaskQueue">Task queue of the worker.</param>
/// <param name="Version">Version of its deployment, or its build id of the older kind; null: neither.</param>
/// <param name="VersionIsBuildId">Whether the version is a build id of the older kind.</param>
public record TemporalWorkerServiceIdentifier(string TaskQueue, string? Version, bool VersionIsBuildId)
{
    /// <summary>Name of the worker's options.</summary>
    internal string OptionsName => Version is null ? TaskQueue : $"{TaskQueue}!@#{(VersionIsBuildId ? "build" : "deployment")}!@#{Version}";

    internal static TemporalWorkerServiceIdentifier Of(ITemporalWorkerServiceOptionsBuilder builder)
    {
#pragma warning disable CS0618 // Workers with a build id of the older kind are told apart by it.
        var buildId = builder.BuildId;
#pragma warning restore CS0618
        return Of(builder.TaskQueue, builder.DeploymentOptions, buildId);
    }

    internal static TemporalWorkerServiceIdentifier Of(string taskQueue, WorkerDeploymentOptions? deployment, string? buildId) =>
        deployment?.Version is { } version
            ? new(taskQueue, version.ToCanonicalString(), VersionIsBuildId: false)
            : new(taskQueue, buildId, VersionIsBuildId: buildId is not null);

    /// <summary>For people.</summary>
    internal string Describe() => Version is null ? $"task queue '{TaskQueue}'" : $"task queue '{TaskQueue}' and {(VersionIsBuildId ? "build id" : "deployment version")} '{Version}'";
}
