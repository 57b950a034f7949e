using System.Linq.Expressions;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Temporalio.Client;

public partial record WorkflowHandle
{
    /// <summary>Sends an update and waits for its end.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">It was rejected or failed.</exception>
    public async Task ExecuteUpdateAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateOptions? options = null)
    {
        var handle = await StartUpdateAsync(updateCall, Completed(options)).ConfigureAwait(false);
        await handle.GetResultAsync(options?.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update and waits for its result.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">It was rejected or failed.</exception>
    public async Task<TUpdateResult> ExecuteUpdateAsync<TWorkflow, TUpdateResult>(
        Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateOptions? options = null)
    {
        var handle = await StartUpdateAsync(updateCall, Completed(options)).ConfigureAwait(false);
        return await handle.GetResultAsync(options?.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update by name and waits for its end.</summary>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">It was rejected or failed.</exception>
    public Task ExecuteUpdateAsync(string update, IReadOnlyCollection<object?> args, WorkflowUpdateOptions? options = null) =>
        ExecuteUpdateAsync<ValueTuple>(update, args, options);

    /// <summary>Sends an update by name and waits for its result.</summary>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">It was rejected or failed.</exception>
    public async Task<TUpdateResult> ExecuteUpdateAsync<TUpdateResult>(
        string update, IReadOnlyCollection<object?> args, WorkflowUpdateOptions? options = null)
    {
        var handle = await StartUpdateAsync<TUpdateResult>(update, args, Completed(options)).ConfigureAwait(false);
        return await handle.GetResultAsync(options?.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update and waits until it is at least accepted.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the stage to wait for is required.</param>
    /// <returns>A handle of the update.</returns>
    public Task<WorkflowUpdateHandle> StartUpdateAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateStartOptions options)
    {
        var (method, args) = ExpressionCall.Extract(updateCall);
        return StartUpdateAsync(WorkflowUpdateDefinition.NameFromMethodForCall(method), args, options);
    }

    /// <summary>Sends an update and waits until it is at least accepted.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the stage to wait for is required.</param>
    /// <returns>A handle of the update.</returns>
    public Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateAsync<TWorkflow, TUpdateResult>(
        Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateStartOptions options)
    {
        var (method, args) = ExpressionCall.Extract(updateCall);
        return StartUpdateAsync<TUpdateResult>(WorkflowUpdateDefinition.NameFromMethodForCall(method), args, options);
    }

    /// <summary>Sends an update by name and waits until it is at least accepted.</summary>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; the stage to wait for is required.</param>
    /// <returns>A handle of the update.</returns>
    public async Task<WorkflowUpdateHandle> StartUpdateAsync(
        string update, IReadOnlyCollection<object?> args, WorkflowUpdateStartOptions options) =>
        await StartUpdateAsync<ValueTuple>(update, args, options).ConfigureAwait(false);

    /// <summary>Sends an update by name and waits until it is at least accepted.</summary>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; the stage to wait for is required.</param>
    /// <returns>A handle of the update.</returns>
    public virtual Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateAsync<TUpdateResult>(
        string update, IReadOnlyCollection<object?> args, WorkflowUpdateStartOptions options) =>
        Client.OutboundInterceptor.StartWorkflowUpdateAsync<TUpdateResult>(new(Id, RunId, FirstExecutionRunId, update, args, options, null));

    /// <summary>A handle of an update sent before; asks nothing of the server.</summary>
    /// <param name="id">Id of the update.</param>
    /// <returns>The handle.</returns>
    public WorkflowUpdateHandle GetUpdateHandle(string id) => new(Client, id, Id, RunId);

    /// <summary>A handle of an update sent before; asks nothing of the server.</summary>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="id">Id of the update.</param>
    /// <returns>The handle.</returns>
    public WorkflowUpdateHandle<TUpdateResult> GetUpdateHandle<TUpdateResult>(string id) => new(Client, id, Id, RunId);

    private protected static WorkflowUpdateStartOptions Completed(WorkflowUpdateOptions? options) => new()
    {
        Id = options?.Id,
        Rpc = options?.Rpc,
        WaitForStage = WorkflowUpdateStage.Completed,
    };
}
