using Temporal.DevServer.History;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Reset and deletion of runs.</summary>
internal sealed class ResetFrontend(NamespaceRegistry namespaces, HistoryEngine engine)
{
    public void Map(ServiceMap map)
    {
        map.Add<ResetWorkflowExecutionRequest, ResetWorkflowExecutionResponse>("ResetWorkflowExecution", ResetAsync);
        map.Add<DeleteWorkflowExecutionRequest, DeleteWorkflowExecutionResponse>("DeleteWorkflowExecution", DeleteAsync);
    }

    private async ValueTask<ResetWorkflowExecutionResponse> ResetAsync(ResetWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        var execution = RequestChecks.Execution(request.WorkflowExecution);
        if (request.RequestId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("RequestId is not set on request.");
        }

        if (request.PostResetOperations.Any(o => o.VariantCase == PostResetOperation.VariantOneofCase.None))
        {
            throw ServiceErrors.InvalidArgument("unsupported post reset operation: <nil>");
        }

        if (request.PostResetOperations.Any(o => o.SignalWorkflow is not null))
        {
            throw ServiceErrors.InvalidArgument("unsupported post reset operation: *workflow.PostResetOperation_SignalWorkflow_");
        }

        var type = request.ResetReapplyType;
        var excluded = request.ResetReapplyExcludeTypes;
        var runId = await engine.ResetAsync(new ResetOrder(ns.Id, execution, request.WorkflowTaskFinishEventId, request.Reason, request.RequestId)
        {
            Options = [.. request.PostResetOperations.Select(o => WorkflowOptions(
                o.UpdateWorkflowOptions ?? throw ServiceErrors.InvalidArgument("unsupported post reset operation: <nil>")))],
            WithSignals = type is not ResetReapplyType.None && !excluded.Contains(ResetReapplyExcludeType.Signal),
            WithUpdates = type is ResetReapplyType.Unspecified or ResetReapplyType.AllEligible && !excluded.Contains(ResetReapplyExcludeType.Update),
        }).ConfigureAwait(false);
        return new ResetWorkflowExecutionResponse { RunId = runId };
    }

    private async ValueTask<DeleteWorkflowExecutionResponse> DeleteAsync(DeleteWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        await engine.DeleteAsync(ns.Id, RequestChecks.Execution(request.WorkflowExecution)).ConfigureAwait(false);
        return new DeleteWorkflowExecutionResponse();
    }

    private static (WorkflowExecutionOptions, IReadOnlyCollection<string>) WorkflowOptions(PostResetOperation.Types.UpdateWorkflowOptions operation)
    {
        VersioningOverrides.Check(operation.WorkflowExecutionOptions?.VersioningOverride, "");
        return (operation.WorkflowExecutionOptions ?? new(), FieldMasks.Camel(operation.UpdateMask));
    }
}
