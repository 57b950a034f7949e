using System.Linq.Expressions;

namespace Temporalio.Client;

/// <content>Activities without a workflow.</content>
public partial interface ITemporalClient
{
    /// <summary>Starts an activity without a workflow.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="activityCall">Exactly one call of a static activity method, for example <c>() =&gt; Activities.SendAsync(mail)</c>.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>A handle of the started activity.</returns>
    /// <exception cref="Exceptions.ActivityAlreadyStartedException">The id is taken.</exception>
    /// <exception cref="Exceptions.RpcException">The server refused; not every server has such activities.</exception>
    Task<ActivityHandle<TResult>> StartActivityAsync<TResult>(Expression<Func<Task<TResult>>> activityCall, StartActivityOptions options);

    /// <summary>Starts an activity without workflow and result.</summary>
    /// <param name="activityCall">Exactly one call of a static activity method.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>A handle of the started activity.</returns>
    /// <exception cref="Exceptions.ActivityAlreadyStartedException">The id is taken.</exception>
    /// <exception cref="Exceptions.RpcException">The server refused; not every server has such activities.</exception>
    Task<ActivityHandle> StartActivityAsync(Expression<Func<Task>> activityCall, StartActivityOptions options);

    /// <summary>Starts an activity without a workflow, by name.</summary>
    /// <param name="activity">Type name of the activity.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>A handle of the started activity.</returns>
    /// <exception cref="Exceptions.ActivityAlreadyStartedException">The id is taken.</exception>
    /// <exception cref="Exceptions.RpcException">The server refused; not every server has such activities.</exception>
    Task<ActivityHandle> StartActivityAsync(string activity, IReadOnlyCollection<object?> args, StartActivityOptions options);

    /// <summary>A handle of an activity without workflow; nothing is sent.</summary>
    /// <param name="id">Id of the activity.</param>
    /// <param name="runId">Run of the id; null for the latest.</param>
    /// <returns>The handle.</returns>
    ActivityHandle GetActivityHandle(string id, string? runId = null);

    /// <summary>A handle of an activity without workflow; nothing is sent.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="id">Id of the activity.</param>
    /// <param name="runId">Run of the id; null for the latest.</param>
    /// <returns>The handle.</returns>
    ActivityHandle<TResult> GetActivityHandle<TResult>(string id, string? runId = null);

    /// <summary>Lists activities without workflow.</summary>
    /// <param name="query">Visibility query; empty for all.</param>
    /// <param name="options">Options.</param>
    /// <returns>The activities, read page by page as they are enumerated.</returns>
    IAsyncEnumerable<ActivityExecution> ListActivitiesAsync(string query, ActivityListOptions? options = null);

    /// <summary>Reads one page of activities without workflow.</summary>
    /// <param name="query">Visibility query; empty for all.</param>
    /// <param name="nextPageToken">Token from the page before; null for the first page.</param>
    /// <param name="options">Options.</param>
    /// <returns>The page.</returns>
    Task<ActivityListPage> ListActivitiesPaginatedAsync(string query, byte[]? nextPageToken, ActivityListPaginatedOptions? options = null);

    /// <summary>Counts activities without workflow.</summary>
    /// <param name="query">Visibility query; empty for all.</param>
    /// <param name="options">Options.</param>
    /// <returns>The count.</returns>
    Task<ActivityExecutionCount> CountActivitiesAsync(string query, ActivityCountOptions? options = null);
}
