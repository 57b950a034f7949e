namespace Temporalio.Workflows;

/// <content>Timers, conditions and tasks that stay on the workflow's scheduler.</content>
public static partial class Workflow
{
    /// <summary>Waits on a timer that survives restarts.</summary>
    /// <param name="delay">Length: zero counts as 1 ms, infinite ends only by cancellation.</param>
    /// <param name="cancellationToken">Cancels the timer. Default: the token of the workflow.</param>
    /// <returns>Done when the timer fires.</returns>
    /// <exception cref="ArgumentException">The delay is negative.</exception>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task DelayAsync(TimeSpan delay, CancellationToken? cancellationToken = null) =>
        DelayWithOptionsAsync(new(delay, cancellationToken: cancellationToken));

    /// <summary>Waits on a timer that survives restarts.</summary>
    /// <param name="millisecondsDelay">Length in milliseconds: zero counts as 1, -1 ends only by cancellation.</param>
    /// <param name="cancellationToken">Cancels the timer. Default: the token of the workflow.</param>
    /// <returns>Done when the timer fires.</returns>
    /// <exception cref="ArgumentException">The delay is negative.</exception>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task DelayAsync(int millisecondsDelay, CancellationToken? cancellationToken = null) =>
        DelayWithOptionsAsync(new(millisecondsDelay, cancellationToken: cancellationToken));

    /// <summary>Waits on a timer that survives restarts.</summary>
    /// <param name="options">Length, summary and token.</param>
    /// <returns>Done when the timer fires.</returns>
    /// <exception cref="ArgumentException">The delay is negative.</exception>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task DelayWithOptionsAsync(DelayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Context.Outbound.DelayAsync(new(options.Delay, options.CancellationToken, options.Summary));
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="conditionCheck">Evaluated whenever the workflow has nothing else to do; must change nothing.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Done when the condition holds.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task WaitConditionAsync(Func<bool> conditionCheck, CancellationToken? cancellationToken = null) =>
        WaitConditionWithOptionsAsync(new(conditionCheck, cancellationToken: cancellationToken));

    /// <summary>Waits until a condition holds, but not longer than a time.</summary>
    /// <param name="conditionCheck">Evaluated whenever the workflow has nothing else to do; must change nothing.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Whether the condition held; false when the time was up.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task<bool> WaitConditionAsync(Func<bool> conditionCheck, TimeSpan timeout, CancellationToken? cancellationToken = null) =>
        WaitConditionWithOptionsAsync(new(conditionCheck, timeout, cancellationToken: cancellationToken));

    /// <summary>Waits until a condition holds, but not longer than a time.</summary>
    /// <param name="conditionCheck">Evaluated whenever the workflow has nothing else to do; must change nothing.</param>
    /// <param name="timeoutMilliseconds">Longest wait in milliseconds.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Whether the condition held; false when the time was up.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task<bool> WaitConditionAsync(Func<bool> conditionCheck, int timeoutMilliseconds, CancellationToken? cancellationToken = null) =>
        WaitConditionAsync(conditionCheck, TimeSpan.FromMilliseconds(timeoutMilliseconds), cancellationToken);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="options">Condition, time limit, summary and token.</param>
    /// <returns>Whether the condition held; false when the time was up.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static Task<bool> WaitConditionWithOptionsAsync(WaitConditionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Context.WaitConditionAsync(options);
    }

    /// <summary>Runs a function as a task of its own on the workflow's scheduler: what <c>Task.Run</c> is elsewhere.</summary>
    /// <param name="function">The function.</param>
    /// <param name="cancellationToken">Cancels the task before it begins. Default: the token of the workflow.</param>
    /// <returns>Done when the function is.</returns>
    public static Task RunTaskAsync(Func<Task> function, CancellationToken? cancellationToken = null) =>
        Task.Factory.StartNew(
            function, cancellationToken ?? Context.CancellationToken, TaskCreationOptions.None, TaskScheduler.Current).Unwrap();

    /// <summary>Runs a function as a task of its own on the workflow's scheduler: what <c>Task.Run</c> is elsewhere.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="function">The function.</param>
    /// <param name="cancellationToken">Cancels the task before it begins. Default: the token of the workflow.</param>
    /// <returns>Result of the function.</returns>
    public static Task<TResult> RunTaskAsync<TResult>(Func<Task<TResult>> function, CancellationToken? cancellationToken = null) =>
        Task.Factory.StartNew(
            function, cancellationToken ?? Context.CancellationToken, TaskCreationOptions.None, TaskScheduler.Current).Unwrap();

    /// <summary>Waits for all tasks, as <c>Task.WhenAll</c>.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <returns>Done when all are.</returns>
    public static Task WhenAllAsync(IEnumerable<Task> tasks) => Task.WhenAll(tasks);

    /// <summary>Waits for all tasks, as <c>Task.WhenAll</c>.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <returns>Done when all are.</returns>
    public static Task WhenAllAsync(params Task[] tasks) => Task.WhenAll(tasks);

    /// <summary>Waits for all tasks, as <c>Task.WhenAll</c>.</summary>
    /// <typeparam name="TResult">Type of the results.</typeparam>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The results in the order of the tasks.</returns>
    public static Task<TResult[]> WhenAllAsync<TResult>(IEnumerable<Task<TResult>> tasks) => Task.WhenAll(tasks);

    /// <summary>Waits for all tasks, as <c>Task.WhenAll</c>.</summary>
    /// <typeparam name="TResult">Type of the results.</typeparam>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The results in the order of the tasks.</returns>
    public static Task<TResult[]> WhenAllAsync<TResult>(params Task<TResult>[] tasks) => Task.WhenAll(tasks);

    /// <summary>Waits for the first task that ends, as <c>Task.WhenAny</c>.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The task that ended.</returns>
    public static Task<Task> WhenAnyAsync(IEnumerable<Task> tasks) => Task.WhenAny(tasks);

    /// <summary>Waits for the first task that ends, as <c>Task.WhenAny</c>.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The task that ended.</returns>
    public static Task<Task> WhenAnyAsync(params Task[] tasks) => Task.WhenAny(tasks);

    /// <summary>Waits for the first task that ends, as <c>Task.WhenAny</c>.</summary>
    /// <typeparam name="TResult">Type of the results.</typeparam>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The task that ended.</returns>
    public static Task<Task<TResult>> WhenAnyAsync<TResult>(IEnumerable<Task<TResult>> tasks) => Task.WhenAny(tasks);

    /// <summary>Waits for the first task that ends, as <c>Task.WhenAny</c>.</summary>
    /// <typeparam name="TResult">Type of the results.</typeparam>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The task that ended.</returns>
    public static Task<Task<TResult>> WhenAnyAsync<TResult>(params Task<TResult>[] tasks) => Task.WhenAny(tasks);
}
