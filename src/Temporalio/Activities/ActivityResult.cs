using System.Reflection;

namespace Temporalio.Activities;

/// <summary>Turns what an activity method returns (a value, a task, a value task) into a task of its value; decided once per method.</summary>
internal static class ActivityResult
{
    private static readonly Task<object?> NoValue = Task.FromResult<object?>(default(ValueTuple));
    private static readonly MethodInfo FromTask = Method(nameof(AwaitTaskAsync));
    private static readonly MethodInfo FromValueTask = Method(nameof(AwaitValueTaskAsync));

    /// <summary>Whether methods of this return type are asynchronous.</summary>
    internal static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    /// <summary>
    /// The conversion for a return type. A definition's own invoker may give a task where the method gives a value, or one of another type: that is awaited too.
    /// </summary>
    internal static Func<object?, Task<object?>> Converter(Type type)
    {
        var own = OwnConverter(type);
        var isTask = IsTask(type);
        var hasValue = type != typeof(void) && type != typeof(Task) && type != typeof(ValueTask);
        return result => result is Task task && !(isTask && type.IsInstanceOfType(task)) ? AwaitOtherAsync(task, hasValue) : own(result);
    }

    private static async Task<object?> AwaitOtherAsync(Task task, bool hasValue)
    {
        await task.ConfigureAwait(false);
        var type = task.GetType();
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)))
        {
            type = type.BaseType;
        }

        // A task without value has a type argument of its own that is not for users.
        return hasValue && type is not null && type.GetGenericArguments()[0].IsVisible
            ? type.GetProperty(nameof(Task<object>.Result))!.GetValue(task)
            : default(ValueTuple);
    }

    private static Func<object?, Task<object?>> OwnConverter(Type type)
    {
        if (type == typeof(void))
        {
            return static _ => NoValue;
        }

        if (type == typeof(Task))
        {
            return AwaitTaskAsync;
        }

        if (type == typeof(ValueTask))
        {
            return static result => AwaitTaskAsync(((ValueTask)result!).AsTask());
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>)))
        {
            return (open == typeof(Task<>) ? FromTask : FromValueTask)
                .MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<object?, Task<object?>>>();
        }

        return static result => Task.FromResult(result);
    }

    private static async Task<object?> AwaitTaskAsync(object? result)
    {
        await ((Task)result!).ConfigureAwait(false);
        return default(ValueTuple);
    }

    private static async Task<object?> AwaitTaskAsync<T>(object? result) => await ((Task<T>)result!).ConfigureAwait(false);

    private static async Task<object?> AwaitValueTaskAsync<T>(object? result) => await ((ValueTask<T>)result!).ConfigureAwait(false);

    private static MethodInfo Method(string name) => typeof(ActivityResult)
        .GetMethods(BindingFlags.NonPublic | BindingFlags.Static).Single(m => m.Name == name && m.IsGenericMethodDefinition);
}
