using System.Linq.Expressions;

namespace Temporalio.Client;

/// <summary>A workflow of known type to talk to.</summary>
/// <typeparam name="TWorkflow">The workflow.</typeparam>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run that signals, queries, cancellation and the like address; null for the current one.</param>
/// <param name="ResultRunId">Run whose result is awaited; null for the current one.</param>
/// <param name="FirstExecutionRunId">First run of the chain that cancel and terminate are limited to; null for any.</param>
public record WorkflowHandle<TWorkflow>(
    ITemporalClient Client, string Id, string? RunId = null, string? ResultRunId = null, string? FirstExecutionRunId = null)
    : WorkflowHandle(Client, Id, RunId, ResultRunId, FirstExecutionRunId)
{
    /// <summary>Sends a signal.</summary>
    /// <param name="signalCall">Exactly one call of the signal method.</param>
    /// <param name="options">Options.</param>
    /// <returns>When the server has recorded it.</returns>
    public Task SignalAsync(Expression<Func<TWorkflow, Task>> signalCall, WorkflowSignalOptions? options = null) =>
        SignalAsync<TWorkflow>(signalCall, options);

    /// <summary>Asks a question.</summary>
    /// <typeparam name="TQueryResult">Type of the answer.</typeparam>
    /// <param name="queryCall">Exactly one call of the query method, or one read of the query property.</param>
    /// <param name="options">Options.</param>
    /// <returns>The answer.</returns>
    public Task<TQueryResult> QueryAsync<TQueryResult>(
        Expression<Func<TWorkflow, TQueryResult>> queryCall, WorkflowQueryOptions? options = null) =>
        QueryAsync<TWorkflow, TQueryResult>(queryCall, options);

    /// <summary>Sends an update and waits for its end.</summary>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options.</param>
    /// <returns>When it succeeded.</returns>
    public Task ExecuteUpdateAsync(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateOptions? options = null) =>
        ExecuteUpdateAsync<TWorkflow>(updateCall, options);

    /// <summary>Sends an update and waits for its result.</summary>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options.</param>
    /// <returns>The result.</returns>
    public Task<TUpdateResult> ExecuteUpdateAsync<TUpdateResult>(
        Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateOptions? options = null) =>
        ExecuteUpdateAsync<TWorkflow, TUpdateResult>(updateCall, options);

    /// <summary>Sends an update and waits until it is at least accepted.</summary>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the stage to wait for is required.</param>
    /// <returns>A handle of the update.</returns>
    public Task<WorkflowUpdateHandle> StartUpdateAsync(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateStartOptions options) =>
        StartUpdateAsync<TWorkflow>(updateCall, options);

    /// <summary>Sends an update and waits until it is at least accepted.</summary>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the stage to wait for is required.</param>
    /// <returns>A handle of the update.</returns>
    public Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateAsync<TUpdateResult>(
        Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateStartOptions options) =>
        StartUpdateAsync<TWorkflow, TUpdateResult>(updateCall, options);
}
