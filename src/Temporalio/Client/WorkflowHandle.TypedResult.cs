namespace Temporalio.Client;

/// <summary>A workflow of known type and result to talk to.</summary>
/// <typeparam name="TWorkflow">The workflow.</typeparam>
/// <typeparam name="TResult">Its result.</typeparam>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run that signals, queries, cancellation and the like address; null for the current one.</param>
/// <param name="ResultRunId">Run whose result is awaited; null for the current one.</param>
/// <param name="FirstExecutionRunId">First run of the chain that cancel and terminate are limited to; null for any.</param>
public record WorkflowHandle<TWorkflow, TResult>(
    ITemporalClient Client, string Id, string? RunId = null, string? ResultRunId = null, string? FirstExecutionRunId = null)
    : WorkflowHandle<TWorkflow>(Client, Id, RunId, ResultRunId, FirstExecutionRunId)
{
    /// <summary>Waits for the result of the workflow.</summary>
    /// <param name="followRuns">Whether to go on to the runs that follow by continue-as-new, retry or cron.</param>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">It did not succeed.</exception>
    /// <exception cref="Exceptions.WorkflowContinuedAsNewException">It continued as new and following was off.</exception>
    public new Task<TResult> GetResultAsync(bool followRuns = true, RpcOptions? rpcOptions = null) =>
        GetResultAsync<TResult>(followRuns, rpcOptions);
}
