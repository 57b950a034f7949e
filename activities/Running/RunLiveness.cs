using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Running;

/// <summary>Whether a run still runs.</summary>
internal static class RunLiveness
{
    /// <summary>False when it has ended, however, or is not known any more.</summary>
    /// <param name="client">Whom to ask.</param>
    /// <param name="workflowId">The run's workflow.</param>
    /// <param name="runId">Which run of it; null for the newest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> IsOpenAsync(ITemporalClient client, string workflowId, string? runId, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await client.GetWorkflowHandle(workflowId, runId).DescribeAsync(new() { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            return seen.Status == WorkflowExecutionStatus.Running;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }
}
