using System.Linq.Expressions;
using Temporalio.Activities;
using Temporalio.Common;

namespace Temporalio.Workflows;

/// <content>Local activities.</content>
public static partial class Workflow
{
    /// <summary>Runs a local activity that returns a task with a result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TResult>(Expression<Func<Task<TResult>>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<TResult>(activityCall, options);

    /// <summary>Runs a local activity that returns a result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TResult>(Expression<Func<TResult>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<TResult>(activityCall, options);

    /// <summary>Runs a local activity that returns a task.</summary>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteLocalActivityAsync(Expression<Func<Task>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs a local activity without result.</summary>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteLocalActivityAsync(Expression<Action> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs a local activity of an instance that returns a task with a result.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, Task<TResult>>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<TResult>(activityCall, options);

    /// <summary>Runs a local activity of an instance that returns a result.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, TResult>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<TResult>(activityCall, options);

    /// <summary>Runs a local activity of an instance that returns a task.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteLocalActivityAsync<TActivityInstance>(Expression<Func<TActivityInstance, Task>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs a local activity of an instance without result.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteLocalActivityAsync<TActivityInstance>(Expression<Action<TActivityInstance>> activityCall, LocalActivityOptions options) =>
        ScheduleLocalActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs a local activity by name for its result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activity">Activity type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TResult>(string activity, IReadOnlyCollection<object?> args, LocalActivityOptions options) =>
        Context.Outbound.ScheduleLocalActivityAsync<TResult>(new(activity, args, options, null));

    /// <summary>Runs a local activity by name.</summary>
    /// <param name="activity">Activity type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteLocalActivityAsync(string activity, IReadOnlyCollection<object?> args, LocalActivityOptions options) =>
        Context.Outbound.ScheduleLocalActivityAsync<ValueTuple>(new(activity, args, options, null));

    private static Task<TResult> ScheduleLocalActivity<TResult>(LambdaExpression activityCall, LocalActivityOptions options)
    {
        var (method, args) = ExpressionCall.Extract(activityCall);
        return Context.Outbound.ScheduleLocalActivityAsync<TResult>(new(ActivityDefinition.NameFromMethodForCall(method), args, options, null));
    }
}
