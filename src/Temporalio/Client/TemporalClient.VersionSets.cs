using Temporalio.Api.Enums.V1;

namespace Temporalio.Client;

/// <content>Version sets of task queues.</content>
public partial class TemporalClient
{
    /// <inheritdoc/>
    [Obsolete("Use worker deployments.")]
    public Task UpdateWorkerBuildIdCompatibilityAsync(string taskQueue, BuildIdOp buildIdOp, RpcOptions? rpcOptions = null) =>
        OutboundInterceptor.UpdateWorkerBuildIdCompatibilityAsync(new(taskQueue, buildIdOp, rpcOptions));

    /// <inheritdoc/>
    [Obsolete("Use worker deployments.")]
    public Task<WorkerBuildIdVersionSets?> GetWorkerBuildIdCompatibilityAsync(string taskQueue, int maxSets, RpcOptions? rpcOptions = null) =>
        OutboundInterceptor.GetWorkerBuildIdCompatibilityAsync(new(taskQueue, maxSets, rpcOptions));

    /// <inheritdoc/>
    [Obsolete("Use worker deployments.")]
    public Task<WorkerTaskReachability> GetWorkerTaskReachabilityAsync(
        IReadOnlyCollection<string> buildIds, IReadOnlyCollection<string> taskQueues, TaskReachability? reachability = null, RpcOptions? rpcOptions = null) =>
        OutboundInterceptor.GetWorkerTaskReachabilityAsync(new(buildIds, taskQueues, reachability, rpcOptions));
}
