using Microsoft.Extensions.DependencyInjection;
using Temporalio.Worker;

namespace Temporalio.Extensions.Hosting;

/// <summary>Configures one hosted worker.</summary>
public class TemporalWorkerServiceOptionsBuilder : ITemporalWorkerServiceOptionsBuilder
{
    /// <summary>Creates a builder for a worker without version.</summary>
    /// <param name="taskQueue">Task queue of the worker.</param>
    /// <param name="services">Services that the worker is one of.</param>
    public TemporalWorkerServiceOptionsBuilder(string taskQueue, IServiceCollection services)
        : this(taskQueue, (WorkerDeploymentOptions?)null, services)
    {
    }

    /// <summary>Creates a builder.</summary>
    /// <param name="taskQueue">Task queue of the worker.</param>
    /// <param name="deploymentOptions">Deployment of the worker; null: none.</param>
    /// <param name="services">Services that the worker is one of.</param>
    public TemporalWorkerServiceOptionsBuilder(string taskQueue, WorkerDeploymentOptions? deploymentOptions, IServiceCollection services)
    {
        TaskQueue = taskQueue;
        DeploymentOptions = deploymentOptions;
        Services = services;
    }

    /// <summary>Creates a builder for a worker with a build id of the older kind.</summary>
    /// <param name="taskQueue">Task queue of the worker.</param>
    /// <param name="buildId">Build id of the worker; null: none.</param>
    /// <param name="services">Services that the worker is one of.</param>
    public TemporalWorkerServiceOptionsBuilder(string taskQueue, string? buildId, IServiceCollection services)
        : this(taskQueue, (WorkerDeploymentOptions?)null, services) => LegacyBuildId = buildId;

    /// <inheritdoc/>
    public string TaskQueue { get; }

    /// <inheritdoc/>
    [Obsolete("Use DeploymentOptions.")]
    public string? BuildId => LegacyBuildId;

    /// <inheritdoc/>
    public WorkerDeploymentOptions? DeploymentOptions { get; }

    /// <inheritdoc/>
    public IServiceCollection Services { get; }

    private string? LegacyBuildId { get; }
}
