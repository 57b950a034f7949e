using System.Linq.Expressions;
using Temporalio.Activities;
using Temporalio.Common;

namespace Temporalio.Workflows;

/// <content>Activities.</content>
public static partial class Workflow
{
    /// <summary>Runs an activity that returns a task with a result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteActivityAsync<TResult>(Expression<Func<Task<TResult>>> activityCall, ActivityOptions options) =>
        ScheduleActivity<TResult>(activityCall, options);

    /// <summary>Runs an activity that returns a result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteActivityAsync<TResult>(Expression<Func<TResult>> activityCall, ActivityOptions options) =>
        ScheduleActivity<TResult>(activityCall, options);

    /// <summary>Runs an activity that returns a task.</summary>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteActivityAsync(Expression<Func<Task>> activityCall, ActivityOptions options) =>
        ScheduleActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs an activity without result.</summary>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteActivityAsync(Expression<Action> activityCall, ActivityOptions options) =>
        ScheduleActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs an activity of an instance that returns a task with a result.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, Task<TResult>>> activityCall, ActivityOptions options) =>
        ScheduleActivity<TResult>(activityCall, options);

    /// <summary>Runs an activity of an instance that returns a result.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, TResult>> activityCall, ActivityOptions options) =>
        ScheduleActivity<TResult>(activityCall, options);

    /// <summary>Runs an activity of an instance that returns a task.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteActivityAsync<TActivityInstance>(Expression<Func<TActivityInstance, Task>> activityCall, ActivityOptions options) =>
        ScheduleActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs an activity of an instance without result.</summary>
    /// <typeparam name="TActivityInstance">Type that has the activity; no instance is made.</typeparam>
    /// <param name="activityCall">Call of an activity method; arguments are evaluated once.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteActivityAsync<TActivityInstance>(Expression<Action<TActivityInstance>> activityCall, ActivityOptions options) =>
        ScheduleActivity<ValueTuple>(activityCall, options);

    /// <summary>Runs an activity by name for its result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="activity">Activity type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Result of the activity.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task<TResult> ExecuteActivityAsync<TResult>(string activity, IReadOnlyCollection<object?> args, ActivityOptions options) =>
        Context.Outbound.ScheduleActivityAsync<TResult>(new(activity, args, options, null));

    /// <summary>Runs an activity by name.</summary>
    /// <param name="activity">Activity type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; a close timeout is needed.</param>
    /// <returns>Done when the activity is.</returns>
    /// <exception cref="Exceptions.ActivityFailureException">The activity failed, timed out or was cancelled.</exception>
    public static Task ExecuteActivityAsync(string activity, IReadOnlyCollection<object?> args, ActivityOptions options) =>
        Context.Outbound.ScheduleActivityAsync<ValueTuple>(new(activity, args, options, null));

    private static Task<TResult> ScheduleActivity<TResult>(LambdaExpression activityCall, ActivityOptions options)
    {
        var (method, args) = ExpressionCall.Extract(activityCall);
        return Context.Outbound.ScheduleActivityAsync<TResult>(new(ActivityDefinition.NameFromMethodForCall(method), args, options, null));
    }
}
