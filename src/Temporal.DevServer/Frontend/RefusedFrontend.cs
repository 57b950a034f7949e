using Temporal.DevServer.Matching;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Methods that this server, like a real one with its default settings, refuses with a text of their own.</summary>
internal static class RefusedFrontend
{
    public static void Map(ServiceMap map)
    {
        foreach (var name in new[] { "Start", "Describe", "Poll", "RequestCancel", "Terminate", "Delete" })
        {
            map.Refuse($"{name}NexusOperationExecution", () => ServiceErrors.Unimplemented("Standalone Nexus operation is disabled"));
        }

        foreach (var name in new[] { "List", "Count" })
        {
            map.Refuse($"{name}NexusOperationExecutions", () => ServiceErrors.Unimplemented("Standalone Nexus operation is disabled"));
        }

        foreach (var name in new[] { "DescribeDeployment", "ListDeployments", "GetDeploymentReachability", "GetCurrentDeployment", "SetCurrentDeployment" })
        {
            map.Refuse(name, () => ServiceErrors.Unimplemented("Deployments are deprecated and no longer supported, use Worker Deployments instead"));
        }

        foreach (var name in new[] { "FetchWorkerConfig", "UpdateWorkerConfig" })
        {
            map.Refuse(name, () => ServiceErrors.Unimplemented($"{name} command is not enabled."));
        }

        foreach (var name in new[] { "GetWorkerBuildIdCompatibility", "UpdateWorkerBuildIdCompatibility" })
        {
            map.Refuse(name, () => ServiceErrors.PermissionDenied("Worker versioning v0.1 (Version Set-based, deprecated) is disabled on this namespace."));
        }

        foreach (var name in new[] { "GetWorkerTaskReachability", "GetWorkerVersioningRules", "UpdateWorkerVersioningRules" })
        {
            map.Refuse(name, () => ServiceErrors.PermissionDenied("Worker versioning v0.2 (Rules-based, deprecated) is disabled on this namespace."));
        }

        map.Refuse("PollWorkflowExecutionTimeSkipping", () => ServiceErrors.InvalidArgument("Execution is not set on request."));
    }

    /// <summary>Workers may wait for Nexus tasks; there never are any.</summary>
    public static void MapNexusTasks(ServiceMap map, NamespaceRegistry namespaces, TaskQueues queues, RequestChecks checks)
    {
        map.Add<PollNexusTaskQueueRequest, PollNexusTaskQueueResponse>("PollNexusTaskQueue", async (request, call) =>
        {
            var ns = namespaces.Get(request.Namespace);
            checks.Length(request.Identity, "Identity");
            checks.TaskQueue(request.TaskQueue);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
            ends.CancelAfter(WorkerFrontend.PollTime(call));
            var key = new QueueKey(ns.Id, request.TaskQueue.Name, TaskQueueType.Nexus, IsSticky: false);
            await queues.TakeAsync(key, new PollerIdentity(request.Identity, request.WorkerInstanceKey), ends.Token).ConfigureAwait(false);
            return new PollNexusTaskQueueResponse();
        });
        map.Add<RespondNexusTaskCompletedRequest, RespondNexusTaskCompletedResponse>(
            "RespondNexusTaskCompleted", new Func<RespondNexusTaskCompletedRequest, RespondNexusTaskCompletedResponse>(r => throw NoTask(r.TaskToken)));
        map.Add<RespondNexusTaskFailedRequest, RespondNexusTaskFailedResponse>(
            "RespondNexusTaskFailed", new Func<RespondNexusTaskFailedRequest, RespondNexusTaskFailedResponse>(r => throw NoTask(r.TaskToken)));
    }

    private static ServiceException NoTask(Google.Protobuf.ByteString token) => token.IsEmpty
        ? ServiceErrors.InvalidArgument("Task token not set on request.")
        : new ServiceException(GrpcStatusCode.NotFound, "Nexus task not found or already expired");
}
