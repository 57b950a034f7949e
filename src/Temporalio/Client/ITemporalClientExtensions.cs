using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Temporalio.Common;

namespace Temporalio.Client;

/// <summary>Calls of a client that are made of two others: start and await the result.</summary>
#pragma warning disable CA1708, CA1715, CA1724 // The name is the official SDK's.
public static partial class ITemporalClientExtensions
#pragma warning restore CA1708, CA1715, CA1724
{
    /// <summary>Starts a workflow and waits for its result.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="workflowRunCall">Exactly one call of the run method.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">The workflow did not succeed.</exception>
    public static async Task<TResult> ExecuteWorkflowAsync<TWorkflow, TResult>(
        this ITemporalClient client, Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflowRunCall, options).ConfigureAwait(false);
        return await handle.GetResultAsync(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts a workflow without result and waits for its end.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="workflowRunCall">Exactly one call of the run method.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">The workflow did not succeed.</exception>
    public static async Task ExecuteWorkflowAsync<TWorkflow>(
        this ITemporalClient client, Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflowRunCall, options).ConfigureAwait(false);
        await handle.GetResultAsync(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts a workflow by name and waits for its result.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="workflow">Type name of the workflow.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">The workflow did not succeed.</exception>
    public static async Task<TResult> ExecuteWorkflowAsync<TResult>(
        this ITemporalClient client, string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflow, args, options).ConfigureAwait(false);
        return await handle.GetResultAsync<TResult>(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts a workflow by name and waits for its end.</summary>
    /// <param name="client">The client.</param>
    /// <param name="workflow">Type name of the workflow.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">The workflow did not succeed.</exception>
    public static async Task ExecuteWorkflowAsync(
        this ITemporalClient client, string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflow, args, options).ConfigureAwait(false);
        await handle.GetResultAsync(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update, starting the workflow if need be, and waits for its result.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TUpdateResult">Result of the update.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the start operation is required.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">The update did not succeed.</exception>
    public static async Task<TUpdateResult> ExecuteUpdateWithStartWorkflowAsync<TWorkflow, TUpdateResult>(
        this ITemporalClient client, Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateWithStartOptions options)
    {
        var handle = await client.StartUpdateWithStartWorkflowAsync(updateCall, Completed(options)).ConfigureAwait(false);
        return await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update without result, starting the workflow if need be, and waits for its end.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the start operation is required.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">The update did not succeed.</exception>
    public static async Task ExecuteUpdateWithStartWorkflowAsync<TWorkflow>(
        this ITemporalClient client, Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateWithStartOptions options)
    {
        var handle = await client.StartUpdateWithStartWorkflowAsync(updateCall, Completed(options)).ConfigureAwait(false);
        await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update by name, starting the workflow if need be, and waits for its result.</summary>
    /// <typeparam name="TUpdateResult">Result of the update.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; the start operation is required.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">The update did not succeed.</exception>
    public static async Task<TUpdateResult> ExecuteUpdateWithStartWorkflowAsync<TUpdateResult>(
        this ITemporalClient client, string update, IReadOnlyCollection<object?> args, WorkflowUpdateWithStartOptions options)
    {
        var handle = await client.StartUpdateWithStartWorkflowAsync<TUpdateResult>(update, args, Completed(options)).ConfigureAwait(false);
        return await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update by name, starting the workflow if need be, and waits for its end.</summary>
    /// <param name="client">The client.</param>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; the start operation is required.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowUpdateFailedException">The update did not succeed.</exception>
    public static async Task ExecuteUpdateWithStartWorkflowAsync(
        this ITemporalClient client, string update, IReadOnlyCollection<object?> args, WorkflowUpdateWithStartOptions options)
    {
        var handle = await client.StartUpdateWithStartWorkflowAsync(update, args, Completed(options)).ConfigureAwait(false);
        await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Lists workflows and reads the history of each.</summary>
    /// <param name="client">The client.</param>
    /// <param name="query">Visibility query; empty for all.</param>
    /// <param name="listOptions">Options of the listing.</param>
    /// <param name="historyFetchOptions">Options of the reading.</param>
    /// <returns>The histories.</returns>
    public static IAsyncEnumerable<WorkflowHistory> ListWorkflowHistoriesAsync(
        this ITemporalClient client, string query, WorkflowListOptions? listOptions = null, WorkflowHistoryEventFetchOptions? historyFetchOptions = null)
    {
        return ReadAsync();

        async IAsyncEnumerable<WorkflowHistory> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var execution in client.ListWorkflowsAsync(query, listOptions).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                var handle = client.GetWorkflowHandle(execution.Id, execution.RunId);
                yield return await handle.FetchHistoryAsync(historyFetchOptions).ConfigureAwait(false);
            }
        }
    }

    private static WorkflowStartUpdateWithStartOptions Completed(WorkflowUpdateWithStartOptions options) => new()
    {
        Id = options.Id,
        Rpc = options.Rpc,
        StartWorkflowOperation = options.StartWorkflowOperation,
        WaitForStage = WorkflowUpdateStage.Completed,
    };
}
