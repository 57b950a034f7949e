using Temporalio.Api.Enums.V1;

namespace Temporalio.Client;

/// <content>Version sets of task queues.</content>
public partial interface ITemporalClient
{
    /// <summary>Changes the version sets of a task queue.</summary>
    /// <param name="taskQueue">The task queue.</param>
    /// <param name="buildIdOp">The change.</param>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>When changed.</returns>
    [Obsolete("Use worker deployments.")]
    Task UpdateWorkerBuildIdCompatibilityAsync(string taskQueue, BuildIdOp buildIdOp, RpcOptions? rpcOptions = null);

    /// <summary>Reads the version sets of a task queue.</summary>
    /// <param name="taskQueue">The task queue.</param>
    /// <param name="maxSets">Sets at most, the newest; 0 for all.</param>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>The sets; null when the queue has none.</returns>
    [Obsolete("Use worker deployments.")]
    Task<WorkerBuildIdVersionSets?> GetWorkerBuildIdCompatibilityAsync(string taskQueue, int maxSets = 0, RpcOptions? rpcOptions = null);

    /// <summary>Tells whether workers of build ids are still needed.</summary>
    /// <param name="buildIds">The build ids.</param>
    /// <param name="taskQueues">Task queues to look at; empty for all.</param>
    /// <param name="reachability">Kind of reachability; null for the server's choice.</param>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>Where they are needed.</returns>
    [Obsolete("Use worker deployments.")]
    Task<WorkerTaskReachability> GetWorkerTaskReachabilityAsync(
        IReadOnlyCollection<string> buildIds, IReadOnlyCollection<string> taskQueues, TaskReachability? reachability = null, RpcOptions? rpcOptions = null);
}
