using System.Linq.Expressions;
using Temporalio.Activities;
using Temporalio.Common;

namespace Temporalio.Client;

/// <content>Activities without a workflow.</content>
public partial class TemporalClient
{
    /// <inheritdoc/>
    public Task<ActivityHandle<TResult>> StartActivityAsync<TResult>(Expression<Func<Task<TResult>>> activityCall, StartActivityOptions options)
    {
        var (method, args) = ExpressionCall.Extract(activityCall);
        return OutboundInterceptor.StartActivityAsync<TResult>(new(ActivityDefinition.NameFromMethodForCall(method), args, options, null));
    }

    /// <inheritdoc/>
    public async Task<ActivityHandle> StartActivityAsync(Expression<Func<Task>> activityCall, StartActivityOptions options)
    {
        var (method, args) = ExpressionCall.Extract(activityCall);
        return await OutboundInterceptor.StartActivityAsync<ValueTuple>(new(ActivityDefinition.NameFromMethodForCall(method), args, options, null)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ActivityHandle> StartActivityAsync(string activity, IReadOnlyCollection<object?> args, StartActivityOptions options) =>
        await OutboundInterceptor.StartActivityAsync<ValueTuple>(new(activity, args, options, null)).ConfigureAwait(false);

    /// <inheritdoc/>
    public ActivityHandle GetActivityHandle(string id, string? runId = null) => new(this, id, runId);

    /// <inheritdoc/>
    public ActivityHandle<TResult> GetActivityHandle<TResult>(string id, string? runId = null) => new(this, id, runId);

    /// <inheritdoc/>
    public IAsyncEnumerable<ActivityExecution> ListActivitiesAsync(string query, ActivityListOptions? options = null) =>
        OutboundInterceptor.ListActivitiesAsync(new(query, options));

    /// <inheritdoc/>
    public Task<ActivityListPage> ListActivitiesPaginatedAsync(string query, byte[]? nextPageToken, ActivityListPaginatedOptions? options = null) =>
        OutboundInterceptor.ListActivitiesPaginatedAsync(new(query, nextPageToken, options));

    /// <inheritdoc/>
    public Task<ActivityExecutionCount> CountActivitiesAsync(string query, ActivityCountOptions? options = null) =>
        OutboundInterceptor.CountActivitiesAsync(new(query, options));
}
