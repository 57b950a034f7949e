using System.Linq.Expressions;

namespace Temporalio.Client;

/// <content>Activities without a workflow.</content>
public static partial class ITemporalClientExtensions
{
    /// <summary>Starts an activity without a workflow and waits for its result.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="activityCall">Exactly one call of a static activity method.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.ActivityFailedException">The activity did not succeed.</exception>
    public static async Task<TResult> ExecuteActivityAsync<TResult>(
        this ITemporalClient client, Expression<Func<Task<TResult>>> activityCall, StartActivityOptions options)
    {
        var handle = await client.StartActivityAsync(activityCall, options).ConfigureAwait(false);
        return await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts an activity without workflow and result and waits for its end.</summary>
    /// <param name="client">The client.</param>
    /// <param name="activityCall">Exactly one call of a static activity method.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.ActivityFailedException">The activity did not succeed.</exception>
    public static async Task ExecuteActivityAsync(this ITemporalClient client, Expression<Func<Task>> activityCall, StartActivityOptions options)
    {
        var handle = await client.StartActivityAsync(activityCall, options).ConfigureAwait(false);
        await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts an activity without a workflow, by name, and waits for its result.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="activity">Type name of the activity.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.ActivityFailedException">The activity did not succeed.</exception>
    public static async Task<TResult> ExecuteActivityAsync<TResult>(
        this ITemporalClient client, string activity, IReadOnlyCollection<object?> args, StartActivityOptions options)
    {
        var handle = await client.StartActivityAsync(activity, args, options).ConfigureAwait(false);
        return await handle.GetResultAsync<TResult>(options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts an activity without a workflow, by name, and waits for its end.</summary>
    /// <param name="client">The client.</param>
    /// <param name="activity">Type name of the activity.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; id, task queue and one of the two close timeouts are required.</param>
    /// <returns>When it succeeded.</returns>
    /// <exception cref="Exceptions.ActivityFailedException">The activity did not succeed.</exception>
    public static async Task ExecuteActivityAsync(
        this ITemporalClient client, string activity, IReadOnlyCollection<object?> args, StartActivityOptions options)
    {
        var handle = await client.StartActivityAsync(activity, args, options).ConfigureAwait(false);
        await handle.GetResultAsync(options.Rpc).ConfigureAwait(false);
    }
}
