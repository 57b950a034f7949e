using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Options of running workflows, and pausing them.</summary>
internal sealed class WorkflowOptionsFrontend(NamespaceRegistry namespaces, HistoryEngine engine, ServerLimits limits, bool pauseEnabled)
{
    public void Map(ServiceMap map)
    {
        map.Add<UpdateWorkflowExecutionOptionsRequest, UpdateWorkflowExecutionOptionsResponse>("UpdateWorkflowExecutionOptions", UpdateAsync);
        map.Add<PauseWorkflowExecutionRequest, PauseWorkflowExecutionResponse>("PauseWorkflowExecution", PauseAsync);
        map.Add<UnpauseWorkflowExecutionRequest, UnpauseWorkflowExecutionResponse>("UnpauseWorkflowExecution", async r =>
        {
            var ns = namespaces.Get(r.Namespace);
            CheckLengths(r.Reason, r.RequestId, r.Identity);
            await engine.ControlRunAsync(ns.Id, Execution(r.WorkflowId, r.RunId), (_, t) => t.Unpause(r.Identity, r.Reason, r.RequestId)).ConfigureAwait(false);
            return new UnpauseWorkflowExecutionResponse();
        });
    }

    private async ValueTask<UpdateWorkflowExecutionOptionsResponse> UpdateAsync(UpdateWorkflowExecutionOptionsRequest request)
    {
        if (request.WorkflowExecution is not { WorkflowId.Length: > 0 })
        {
            throw ServiceErrors.InvalidArgument("WorkflowId is not set on request.");
        }

        if (request.UpdateMask is not { } mask)
        {
            throw ServiceErrors.InvalidArgument("UpdateMask is required");
        }

        if (request.WorkflowExecutionOptions is not { } options)
        {
            throw ServiceErrors.InvalidArgument("WorkflowExecutionOptions is required");
        }

        foreach (var path in mask.Paths.Where(p => !FieldMask.IsValid(WorkflowExecutionOptions.Descriptor, p)))
        {
            throw ServiceErrors.InvalidArgument($"error parsing UpdateMask: proto: invalid path \"{path}\" for message \"{WorkflowExecutionOptions.Descriptor.FullName}\"");
        }

        StartRequests.CheckPriority(options.Priority);
        var ns = namespaces.Get(request.Namespace);
        WorkflowExecutionOptions? changed = null;
        await engine.ControlRunAsync(ns.Id, RequestChecks.Execution(request.WorkflowExecution), (run, t) =>
        {
            VersioningOverrides.Check(options.VersioningOverride, run.State.TaskQueue);
            changed = t.ChangeOptions(options, FieldMasks.Camel(mask), request.Identity);
        }).ConfigureAwait(false);
        return new UpdateWorkflowExecutionOptionsResponse { WorkflowExecutionOptions = changed };
    }

    private async ValueTask<PauseWorkflowExecutionResponse> PauseAsync(PauseWorkflowExecutionRequest request)
    {
        if (!pauseEnabled)
        {
            throw ServiceErrors.Unimplemented($"workflow pause is not enabled for namespace: {request.Namespace}");
        }

        var ns = namespaces.Get(request.Namespace);
        CheckLengths(request.Reason, request.RequestId, request.Identity);
        await engine.ControlRunAsync(ns.Id, Execution(request.WorkflowId, request.RunId), (_, t) => t.Pause(request.Identity, request.Reason, request.RequestId))
            .ConfigureAwait(false);
        return new PauseWorkflowExecutionResponse();
    }

    private static WorkflowExecution Execution(string workflowId, string runId)
    {
        if (workflowId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("Can't load workflow execution.  WorkflowId not set.");
        }

        return RequestChecks.Execution(new WorkflowExecution { WorkflowId = workflowId, RunId = runId });
    }

    private void CheckLengths(string reason, string requestId, string identity)
    {
        foreach (var (value, name) in new[] { (reason, "reason"), (requestId, "request id"), (identity, "identity") })
        {
            if (CommandValidation.Bytes(value) > limits.IdLength)
            {
                throw ServiceErrors.InvalidArgument($"{name} is too long.");
            }
        }
    }
}
