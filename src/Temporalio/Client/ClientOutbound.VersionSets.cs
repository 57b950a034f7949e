using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Interceptors;

namespace Temporalio.Client;

/// <content>Version sets of task queues.</content>
internal sealed partial class ClientOutbound
{
    /// <inheritdoc/>
    [Obsolete("Use worker deployments.")]
    public override Task UpdateWorkerBuildIdCompatibilityAsync(UpdateWorkerBuildIdCompatibilityInput input)
    {
        var request = new UpdateWorkerBuildIdCompatibilityRequest { Namespace = Namespace, TaskQueue = input.TaskQueue };
        switch (input.BuildIdOp)
        {
            case BuildIdOp.AddNewDefault op:
                request.AddNewBuildIdInNewDefaultSet = op.BuildId;
                break;
            case BuildIdOp.AddNewCompatible op:
                request.AddNewCompatibleBuildId = new() { NewBuildId = op.BuildId, ExistingCompatibleBuildId = op.ExistingCompatibleBuildId, MakeSetDefault = op.MakeSetDefault };
                break;
            case BuildIdOp.PromoteSetByBuildId op:
                request.PromoteSetByBuildId = op.BuildId;
                break;
            case BuildIdOp.PromoteBuildIdWithinSet op:
                request.PromoteBuildIdWithinSet = op.BuildId;
                break;
            case BuildIdOp.MergeSets op:
                request.MergeSets = new() { PrimarySetBuildId = op.PrimaryBuildId, SecondarySetBuildId = op.SecondaryBuildId };
                break;
            default:
                throw new ArgumentException($"The change of the version sets of '{input.TaskQueue}' is of an unknown kind: '{input.BuildIdOp?.GetType().Name}'.", nameof(input));
        }

        return Service.UpdateWorkerBuildIdCompatibilityAsync(request, Retrying(input.RpcOptions));
    }

    /// <inheritdoc/>
    [Obsolete("Use worker deployments.")]
    public override async Task<WorkerBuildIdVersionSets?> GetWorkerBuildIdCompatibilityAsync(GetWorkerBuildIdCompatibilityInput input)
    {
        var response = await Service.GetWorkerBuildIdCompatibilityAsync(
            new() { Namespace = Namespace, TaskQueue = input.TaskQueue, MaxSets = input.MaxSets }, Retrying(input.RpcOptions)).ConfigureAwait(false);
        return response.MajorVersionSets.Count == 0 ? null : new([.. response.MajorVersionSets.Select(s => new BuildIdVersionSet([.. s.BuildIds]))]);
    }

    /// <inheritdoc/>
    [Obsolete("Use worker deployments.")]
    public override async Task<WorkerTaskReachability> GetWorkerTaskReachabilityAsync(GetWorkerTaskReachabilityInput input)
    {
        var response = await Service.GetWorkerTaskReachabilityAsync(
            new()
            {
                Namespace = Namespace,
                BuildIds = { input.BuildIds },
                TaskQueues = { input.TaskQueues },
                Reachability = input.Reachability ?? TaskReachability.Unspecified,
            },
            Retrying(input.RpcOptions)).ConfigureAwait(false);
        return new(response.BuildIdReachability.ToDictionary(b => b.BuildId, b => new BuildIdReachability(

            // A queue of the kind 'unspecified' is one that the server did not look at.
            b.TaskQueueReachability.Where(q => !IsUnretrieved(q)).ToDictionary(q => q.TaskQueue, IReadOnlyCollection<TaskReachability> (q) => [.. q.Reachability]),
            [.. b.TaskQueueReachability.Where(IsUnretrieved).Select(q => q.TaskQueue)])));
    }

    private static bool IsUnretrieved(Api.TaskQueue.V1.TaskQueueReachability queue) => queue.Reachability is [TaskReachability.Unspecified];
}
