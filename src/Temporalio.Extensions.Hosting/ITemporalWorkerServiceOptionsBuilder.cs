using Microsoft.Extensions.DependencyInjection;
using Temporalio.Worker;

namespace Temporalio.Extensions.Hosting;

/// <summary>Configures one hosted worker.</summary>
public interface ITemporalWorkerServiceOptionsBuilder
{
    /// <summary>Task queue of the worker.</summary>
    string TaskQueue { get; }

    /// <summary>Build id of the worker, when it has one without a deployment.</summary>
    [Obsolete("Use DeploymentOptions.")]
    string? BuildId { get; }

    /// <summary>Deployment of the worker. Default: none.</summary>
    WorkerDeploymentOptions? DeploymentOptions { get; }

    /// <summary>Services that the worker is one of.</summary>
    IServiceCollection Services { get; }
}
