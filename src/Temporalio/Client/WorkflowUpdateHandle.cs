using Temporalio.Api.Enums.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <summary>An update of a workflow.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the update.</param>
/// <param name="WorkflowId">Id of the workflow.</param>
/// <param name="WorkflowRunId">Run of the workflow; null for the current one.</param>
public record WorkflowUpdateHandle(ITemporalClient Client, string Id, string WorkflowId, string? WorkflowRunId = null)
{
    /// <summary>How the update ended, when the server told already.</summary>
    internal Outcome? KnownOutcome { get; init; }

    /// <summary>Waits for the update to succeed.</summary>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected or failed.</exception>
    /// <exception cref="WorkflowUpdateRpcTimeoutOrCanceledException">Waiting ended by timeout or cancellation.</exception>
    public Task GetResultAsync(RpcOptions? rpcOptions = null) => GetResultAsync<ValueTuple>(rpcOptions);

    /// <summary>Waits for the result of the update.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>The result.</returns>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected or failed.</exception>
    /// <exception cref="WorkflowUpdateRpcTimeoutOrCanceledException">Waiting ended by timeout or cancellation.</exception>
    public virtual async Task<TResult> GetResultAsync<TResult>(RpcOptions? rpcOptions = null)
    {
        var outcome = KnownOutcome ?? await PollUntilOutcomeAsync(rpcOptions).ConfigureAwait(false);
        var converter = Client.Options.DataConverter.WithSerializationContext(
            new ISerializationContext.Workflow(Client.Options.Namespace, WorkflowId));
        if (outcome.Failure is { } failure)
        {
            throw new WorkflowUpdateFailedException(await converter.ToExceptionAsync(failure).ConfigureAwait(false));
        }

        return await converter.ToResultAsync<TResult>(outcome.Success).ConfigureAwait(false);
    }

    /// <summary>Asks until the update has ended.</summary>
    internal async Task<Outcome> PollUntilOutcomeAsync(RpcOptions? rpcOptions)
    {
        var request = new PollWorkflowExecutionUpdateRequest
        {
            Namespace = Client.Options.Namespace,
            UpdateRef = new() { UpdateId = Id, WorkflowExecution = new() { WorkflowId = WorkflowId, RunId = WorkflowRunId ?? string.Empty } },
            Identity = Client.Connection.Options.Identity,
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
        };
        var options = TemporalClient.Retrying(rpcOptions);
        return await UpdateErrors.TranslateAsync(async () =>
        {
            while (true)
            {
                var response = await Client.WorkflowService.PollWorkflowExecutionUpdateAsync(request, options).ConfigureAwait(false);
                if (response.Outcome is { } outcome)
                {
                    return outcome;
                }
            }
        }).ConfigureAwait(false);
    }
}
