using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Temporalio.Client;

/// <summary>A workflow to talk to. Calls go to <paramref name="RunId"/> when given, otherwise to the current run of the id.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run that signals, queries, cancellation and the like address; null for the current one.</param>
/// <param name="ResultRunId">Run whose result is awaited; null for the current one.</param>
/// <param name="FirstExecutionRunId">First run of the chain that cancel and terminate are limited to; null for any.</param>
public partial record WorkflowHandle(
    ITemporalClient Client, string Id, string? RunId = null, string? ResultRunId = null, string? FirstExecutionRunId = null)
{
    /// <summary>Waits for the workflow to succeed.</summary>
    /// <param name="followRuns">Whether to go on to the runs that follow by continue-as-new, retry or cron.</param>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">It did not succeed.</exception>
    /// <exception cref="Exceptions.WorkflowContinuedAsNewException">It continued as new and following was off.</exception>
    public Task GetResultAsync(bool followRuns = true, RpcOptions? rpcOptions = null) => GetResultAsync<ValueTuple>(followRuns, rpcOptions);

    /// <summary>Waits for the result of the workflow.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="followRuns">Whether to go on to the runs that follow by continue-as-new, retry or cron.</param>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.WorkflowFailedException">It did not succeed.</exception>
    /// <exception cref="Exceptions.WorkflowContinuedAsNewException">It continued as new and following was off.</exception>
    public virtual Task<TResult> GetResultAsync<TResult>(bool followRuns = true, RpcOptions? rpcOptions = null) =>
        WorkflowResult.GetAsync<TResult>(Client, Id, ResultRunId, followRuns, rpcOptions);

    /// <summary>Sends a signal.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="signalCall">Exactly one call of the signal method.</param>
    /// <param name="options">Options.</param>
    /// <returns>When the server has recorded it.</returns>
    public Task SignalAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> signalCall, WorkflowSignalOptions? options = null)
    {
        var (method, args) = ExpressionCall.Extract(signalCall);
        return SignalAsync(WorkflowSignalDefinition.NameFromMethodForCall(method), args, options);
    }

    /// <summary>Sends a signal by name.</summary>
    /// <param name="signal">Name of the signal.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>When the server has recorded it.</returns>
    public virtual Task SignalAsync(string signal, IReadOnlyCollection<object?> args, WorkflowSignalOptions? options = null) =>
        Client.OutboundInterceptor.SignalWorkflowAsync(new(Id, RunId, signal, args, options, null));

    /// <summary>Asks a question.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TQueryResult">Type of the answer.</typeparam>
    /// <param name="queryCall">Exactly one call of the query method, or one read of the query property.</param>
    /// <param name="options">Options.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Exceptions.WorkflowQueryFailedException">The query failed or is unknown.</exception>
    /// <exception cref="Exceptions.WorkflowQueryRejectedException">The reject condition holds.</exception>
    public Task<TQueryResult> QueryAsync<TWorkflow, TQueryResult>(
        Expression<Func<TWorkflow, TQueryResult>> queryCall, WorkflowQueryOptions? options = null)
    {
        if (ExpressionCall.ExtractProperty(queryCall) is { } property)
        {
            return QueryAsync<TQueryResult>(WorkflowQueryDefinition.NameFromPropertyForCall(property), [], options);
        }

        var (method, args) = ExpressionCall.Extract(queryCall);
        return QueryAsync<TQueryResult>(WorkflowQueryDefinition.NameFromMethodForCall(method), args, options);
    }

    /// <summary>Asks a question by name.</summary>
    /// <typeparam name="TQueryResult">Type of the answer.</typeparam>
    /// <param name="query">Name of the query.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Exceptions.WorkflowQueryFailedException">The query failed or is unknown.</exception>
    /// <exception cref="Exceptions.WorkflowQueryRejectedException">The reject condition holds.</exception>
    public virtual Task<TQueryResult> QueryAsync<TQueryResult>(
        string query, IReadOnlyCollection<object?> args, WorkflowQueryOptions? options = null) =>
        Client.OutboundInterceptor.QueryWorkflowAsync<TQueryResult>(new(Id, RunId, query, args, options, null));

    /// <summary>Describes the run.</summary>
    /// <param name="options">Options.</param>
    /// <returns>The description.</returns>
    public virtual Task<WorkflowExecutionDescription> DescribeAsync(WorkflowDescribeOptions? options = null) =>
        Client.OutboundInterceptor.DescribeWorkflowAsync(new(Id, RunId, options));

    /// <summary>Asks the workflow to cancel; it decides itself how.</summary>
    /// <param name="options">Options.</param>
    /// <returns>When the server has recorded it.</returns>
    public virtual Task CancelAsync(WorkflowCancelOptions? options = null) =>
        Client.OutboundInterceptor.CancelWorkflowAsync(new(Id, RunId, FirstExecutionRunId, options));

    /// <summary>Ends the workflow from outside, without a chance to react.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="options">Options.</param>
    /// <returns>When terminated.</returns>
    public virtual Task TerminateAsync(string? reason = null, WorkflowTerminateOptions? options = null) =>
        Client.OutboundInterceptor.TerminateWorkflowAsync(new(Id, RunId, FirstExecutionRunId, reason, options));

    /// <summary>Reads the whole history.</summary>
    /// <param name="options">Options.</param>
    /// <returns>The history.</returns>
    public virtual async Task<WorkflowHistory> FetchHistoryAsync(WorkflowHistoryEventFetchOptions? options = null)
    {
        var events = new List<HistoryEvent>();
        await foreach (var item in FetchHistoryEventsAsync(options).ConfigureAwait(false))
        {
            events.Add(item);
        }

        return new(Id, events);
    }

    /// <summary>Reads the events of the history, page by page as the sequence is read.</summary>
    /// <param name="options">Options.</param>
    /// <returns>The events.</returns>
    public virtual IAsyncEnumerable<HistoryEvent> FetchHistoryEventsAsync(WorkflowHistoryEventFetchOptions? options = null) => Pages.ReadAsync(
        options?.Rpc,
        async (token, rpc) =>
        {
            var page = await Client.OutboundInterceptor.FetchWorkflowHistoryEventPageAsync(new(
                Id, RunId, null, token, options?.WaitNewEvent ?? false, options?.EventFilterType ?? HistoryEventFilterType.AllEvent,
                options?.SkipArchival ?? false, rpc)).ConfigureAwait(false);
            return (page.Events, page.NextPageToken);
        });
}
