using Temporal.DevServer.History;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Updates.</summary>
internal sealed class UpdateFrontend(NamespaceRegistry namespaces, HistoryEngine engine, RequestChecks checks)
{
    public void Map(ServiceMap map)
    {
        map.Add<UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse>("UpdateWorkflowExecution", UpdateAsync);
        map.Add<PollWorkflowExecutionUpdateRequest, PollWorkflowExecutionUpdateResponse>("PollWorkflowExecutionUpdate", PollAsync);
    }

    private async ValueTask<UpdateWorkflowExecutionResponse> UpdateAsync(UpdateWorkflowExecutionRequest request, GrpcServerCall call)
    {
        var ns = namespaces.Get(request.Namespace);
        var execution = RequestChecks.Execution(request.WorkflowExecution);
        var update = Check(request, checks);
        var status = await engine.UpdateAsync(
            ns.Id, execution, request.FirstExecutionRunId, update, Stage(request.WaitPolicy), call.CancellationToken).ConfigureAwait(false);
        return new UpdateWorkflowExecutionResponse
        {
            UpdateRef = new UpdateRef { WorkflowExecution = status.Execution, UpdateId = update.Meta.UpdateId },
            Outcome = status.Outcome,
            Stage = status.Stage,
        };
    }

    /// <summary>The request with its defaults, or the error that names what is missing.</summary>
    public static Request Check(UpdateWorkflowExecutionRequest request, RequestChecks checks)
    {
        if (request.Request?.Meta is null)
        {
            throw ServiceErrors.InvalidArgument("Update meta is not set on request.");
        }

        checks.Length(request.Request.Meta.UpdateId, "UpdateId");
        if (request.Request.Input is null)
        {
            throw ServiceErrors.InvalidArgument("Update input is not set on request.");
        }

        if (request.Request.Input.Name.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("Update name is not set on request.");
        }

        if (request.WaitPolicy?.LifecycleStage == UpdateWorkflowExecutionLifecycleStage.Admitted)
        {
            throw ServiceErrors.PermissionDenied("UpdateWorkflowExecution issued asynchronously and waiting on update admitted is not supported.");
        }

        var update = request.Request.Clone();
        if (update.Meta.UpdateId.Length == 0)
        {
            update.Meta.UpdateId = Guid.NewGuid().ToString();
        }

        return update;
    }

    public static UpdateWorkflowExecutionLifecycleStage Stage(WaitPolicy? policy) =>
        policy?.LifecycleStage is null or UpdateWorkflowExecutionLifecycleStage.Unspecified
            ? UpdateWorkflowExecutionLifecycleStage.Completed
            : policy.LifecycleStage;

    private async ValueTask<PollWorkflowExecutionUpdateResponse> PollAsync(PollWorkflowExecutionUpdateRequest request, GrpcServerCall call)
    {
        var ns = namespaces.Get(request.Namespace);
        if (request.UpdateRef is null)
        {
            throw ServiceErrors.InvalidArgument("UpdateRef is not set on request.");
        }

        var execution = RequestChecks.Execution(request.UpdateRef.WorkflowExecution);
        var wait = request.WaitPolicy?.LifecycleStage ?? UpdateWorkflowExecutionLifecycleStage.Unspecified;
        var status = await engine.PollUpdateAsync(ns.Id, execution, request.UpdateRef.UpdateId, wait, call.CancellationToken).ConfigureAwait(false);
        return new PollWorkflowExecutionUpdateResponse
        {
            UpdateRef = new UpdateRef { WorkflowExecution = status.Execution, UpdateId = request.UpdateRef.UpdateId },
            Outcome = status.Outcome,
            Stage = status.Stage,
        };
    }
}
