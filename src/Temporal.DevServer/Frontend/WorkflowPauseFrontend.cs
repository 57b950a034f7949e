using Temporal.DevServer.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Pausing whole workflows: a feature that a real server has switched off by default, and this one does not have.</summary>
internal sealed class WorkflowPauseFrontend(NamespaceRegistry namespaces, HistoryEngine engine)
{
    public void Map(ServiceMap map)
    {
        map.Add<PauseWorkflowExecutionRequest, PauseWorkflowExecutionResponse>("PauseWorkflowExecution", PauseWorkflowExecutionResponse (r) =>
            throw ServiceErrors.Unimplemented($"workflow pause is not enabled for namespace: {namespaces.Get(r.Namespace).Name}"));
        map.Add<UnpauseWorkflowExecutionRequest, UnpauseWorkflowExecutionResponse>("UnpauseWorkflowExecution", UnpauseAsync);
    }

    private async ValueTask<UnpauseWorkflowExecutionResponse> UnpauseAsync(UnpauseWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        if (request.WorkflowId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("Can't load workflow execution.  WorkflowId not set.");
        }

        var execution = RequestChecks.Execution(new WorkflowExecution { WorkflowId = request.WorkflowId, RunId = request.RunId });
        var isRunning = await engine.DescribeAsync(ns.Id, execution, run => run.IsRunning).ConfigureAwait(false);
        throw isRunning ? ServiceErrors.FailedPrecondition("workflow is not paused.") : ServiceErrors.AlreadyCompleted();
    }
}
