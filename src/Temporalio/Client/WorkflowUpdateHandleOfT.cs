namespace Temporalio.Client;

/// <summary>An update of a workflow.</summary>
/// <typeparam name="TResult">Type of its result.</typeparam>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the update.</param>
/// <param name="WorkflowId">Id of the workflow.</param>
/// <param name="WorkflowRunId">Run of the workflow; null for the current one.</param>
public record WorkflowUpdateHandle<TResult>(ITemporalClient Client, string Id, string WorkflowId, string? WorkflowRunId = null)
    : WorkflowUpdateHandle(Client, Id, WorkflowId, WorkflowRunId)
{
    /// <summary>Waits for the result of the update.</summary>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">It was rejected or failed.</exception>
    /// <exception cref="Exceptions.WorkflowUpdateRpcTimeoutOrCanceledException">Waiting ended by timeout or cancellation.</exception>
    public new Task<TResult> GetResultAsync(RpcOptions? rpcOptions = null) => GetResultAsync<TResult>(rpcOptions);
}
