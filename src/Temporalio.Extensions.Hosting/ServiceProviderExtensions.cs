using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Temporalio.Activities;

namespace Temporalio.Extensions.Hosting;

/// <summary>Makes activities whose objects come from dependency injection.</summary>
public static class ServiceProviderExtensions
{
    /// <summary>Makes the activities of a type: every method with <see cref="ActivityAttribute"/>, own or inherited.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="provider">Where each call opens its scope.</param>
    /// <returns>Their definitions.</returns>
    /// <exception cref="ArgumentException">The type has no such method.</exception>
    public static IReadOnlyCollection<ActivityDefinition> CreateTemporalActivityDefinitions<T>(this IServiceProvider provider) =>
        provider.CreateTemporalActivityDefinitions(typeof(T));

    /// <summary>Makes the activities of a type: every method with <see cref="ActivityAttribute"/>, own or inherited.</summary>
    /// <param name="provider">Where each call opens its scope.</param>
    /// <param name="type">The type.</param>
    /// <returns>Their definitions.</returns>
    /// <exception cref="ArgumentException">The type has no such method.</exception>
    public static IReadOnlyCollection<ActivityDefinition> CreateTemporalActivityDefinitions(this IServiceProvider provider, Type type)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(type);
        var methods = type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy)
            .Where(m => m.IsDefined(typeof(ActivityAttribute), inherit: true))
            .ToList();
        return methods.Count == 0
            ? throw new ArgumentException($"Type '{type}' has no method with [Activity].", nameof(type))
            : [.. methods.Select(m => provider.CreateTemporalActivityDefinition(type, m))];
    }

    /// <summary>Makes one activity. Each call runs in a scope of its own, unless an interceptor set <see cref="ActivityScope.ServiceScope"/>.</summary>
    /// <param name="provider">Where each call opens its scope.</param>
    /// <param name="instanceType">Type asked from the scope, unless the method is static or <see cref="ActivityScope.ScopedInstance"/> is set.</param>
    /// <param name="method">Method with <see cref="ActivityAttribute"/>.</param>
    /// <returns>Its definition.</returns>
    public static ActivityDefinition CreateTemporalActivityDefinition(this IServiceProvider provider, Type instanceType, MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(instanceType);
        ArgumentNullException.ThrowIfNull(method);
        var result = method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>)
            ? method.ReturnType.GetProperty(nameof(Task<object>.Result))
            : null;
        return ActivityDefinition.Create(method, arguments => InvokeAsync(provider, instanceType, method, result, arguments));
    }

    /// <summary>Asynchronous from the start: what is set in <see cref="ActivityScope"/> here is seen by the activity alone.</summary>
    private static async Task<object?> InvokeAsync(IServiceProvider provider, Type instanceType, MethodInfo method, PropertyInfo? result, object?[] arguments)
    {
        // A scope that is already there belongs to whoever set it.
        var own = ActivityScope.ServiceScope is null ? provider.CreateAsyncScope() : (AsyncServiceScope?)null;
        try
        {
            ActivityScope.ServiceScope ??= own;
            if (!method.IsStatic)
            {
                ActivityScope.ScopedInstance ??= ActivityScope.ServiceScope!.ServiceProvider.GetRequiredService(instanceType);
            }

            var returned = Invoke(method, method.IsStatic ? null : ActivityScope.ScopedInstance, arguments);
            if (returned is not Task task)
            {
                return returned;
            }

            await task.ConfigureAwait(false);
            return result?.GetValue(task);
        }
        finally
        {
            if (own is { } scope)
            {
                await scope.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static object? Invoke(MethodInfo method, object? instance, object?[] arguments)
    {
        try
        {
            return method.Invoke(instance, arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            // The activity's own failure, with its own stack.
            ExceptionDispatchInfo.Capture(inner).Throw();
            throw;
        }
    }
}
