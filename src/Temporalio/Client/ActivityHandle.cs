using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <summary>An activity without workflow to talk to.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the activity.</param>
/// <param name="RunId">Run of the id; null for the latest.</param>
public record ActivityHandle(ITemporalClient Client, string Id, string? RunId = null)
{
    /// <summary>Waits for the activity to succeed.</summary>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="ActivityFailedException">It did not succeed.</exception>
    public Task GetResultAsync(RpcOptions? rpcOptions = null) => GetResultAsync<ValueTuple>(rpcOptions);

    /// <summary>Waits for the result of the activity.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ActivityFailedException">It did not succeed.</exception>
    public virtual async Task<TResult> GetResultAsync<TResult>(RpcOptions? rpcOptions = null)
    {
        var request = new PollActivityExecutionRequest { Namespace = Client.Options.Namespace, ActivityId = Id, RunId = RunId ?? string.Empty };
        var options = TemporalClient.Retrying(rpcOptions);
        while (true)
        {
            // The server holds the call for a while and answers without outcome when there is none yet.
            var response = await Client.WorkflowService.PollActivityExecutionAsync(request, options).ConfigureAwait(false);
            if (response.Outcome is not { } outcome)
            {
                continue;
            }

            var converter = Client.Options.DataConverter.WithSerializationContext(
                new ISerializationContext.Activity(Client.Options.Namespace, Id, null, null, null, null, IsLocal: false));
            return outcome.Failure is { } failure
                ? throw new ActivityFailedException(await converter.ToExceptionAsync(failure).ConfigureAwait(false))
                : await converter.ToResultAsync<TResult>(outcome.Result).ConfigureAwait(false);
        }
    }

    /// <summary>Describes the activity.</summary>
    /// <param name="options">Options.</param>
    /// <returns>The description.</returns>
    /// <exception cref="RpcException">The server refused.</exception>
    public virtual Task<ActivityExecutionDescription> DescribeAsync(ActivityDescribeOptions? options = null) =>
        Client.OutboundInterceptor.DescribeActivityAsync(new(Id, RunId, options));

    /// <summary>Asks the activity to cancel.</summary>
    /// <param name="options">Options.</param>
    /// <returns>When the server has recorded it.</returns>
    /// <exception cref="RpcException">The server refused.</exception>
    public virtual Task CancelAsync(ActivityCancelOptions? options = null) => Client.OutboundInterceptor.CancelActivityAsync(new(Id, RunId, options));

    /// <summary>Ends the activity without asking it.</summary>
    /// <param name="options">Options.</param>
    /// <returns>When the server has recorded it.</returns>
    /// <exception cref="RpcException">The server refused.</exception>
    public virtual Task TerminateAsync(ActivityTerminateOptions? options = null) => Client.OutboundInterceptor.TerminateActivityAsync(new(Id, RunId, options));
}
