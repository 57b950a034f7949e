using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Temporalio.Extensions.Hosting;

/// <summary>What a hosted worker knows and how it runs.</summary>
public static class TemporalWorkerServiceOptionsBuilderExtensions
{
    /// <summary>Registers the type as singleton, unless it is registered already, and adds its activities.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddSingletonActivities<T>(this ITemporalWorkerServiceOptionsBuilder builder) =>
        builder.AddSingletonActivities(typeof(T));

    /// <summary>Registers the type as singleton, unless it is registered already, and adds its activities.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">The type.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddSingletonActivities(this ITemporalWorkerServiceOptionsBuilder builder, Type type)
    {
        builder.Services.TryAddSingleton(type);
        return builder.ApplyTemporalActivities(type);
    }

    /// <summary>Registers the type as scoped, unless it is registered already, and adds its activities: each call has its own object.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddScopedActivities<T>(this ITemporalWorkerServiceOptionsBuilder builder) =>
        builder.AddScopedActivities(typeof(T));

    /// <summary>Registers the type as scoped, unless it is registered already, and adds its activities: each call has its own object.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">The type.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddScopedActivities(this ITemporalWorkerServiceOptionsBuilder builder, Type type)
    {
        builder.Services.TryAddScoped(type);
        return builder.ApplyTemporalActivities(type);
    }

    /// <summary>Registers the type as transient, unless it is registered already, and adds its activities.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddTransientActivities<T>(this ITemporalWorkerServiceOptionsBuilder builder) =>
        builder.AddTransientActivities(typeof(T));

    /// <summary>Registers the type as transient, unless it is registered already, and adds its activities.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">The type.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddTransientActivities(this ITemporalWorkerServiceOptionsBuilder builder, Type type)
    {
        builder.Services.TryAddTransient(type);
        return builder.ApplyTemporalActivities(type);
    }

    /// <summary>Adds the activities of a type whose methods are all static; dependency injection has no part in them.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddStaticActivities<T>(this ITemporalWorkerServiceOptionsBuilder builder) =>
        builder.AddStaticActivities(typeof(T));

    /// <summary>Adds the activities of a type whose methods are all static; dependency injection has no part in them.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">The type.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddStaticActivities(this ITemporalWorkerServiceOptionsBuilder builder, Type type) =>
        builder.ConfigureOptions(options => options.AddAllActivities(type, null));

    /// <summary>Adds the activities of an object; dependency injection has no part in them.</summary>
    /// <typeparam name="T">Type whose methods are activities.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="instance">The object.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddActivitiesInstance<T>(this ITemporalWorkerServiceOptionsBuilder builder, T instance) =>
        builder.ConfigureOptions(options => options.AddAllActivities(instance));

    /// <summary>Adds the activities of an object; dependency injection has no part in them.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">Type whose methods are activities.</param>
    /// <param name="instance">The object.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddActivitiesInstance(this ITemporalWorkerServiceOptionsBuilder builder, Type type, object instance) =>
        builder.ConfigureOptions(options => options.AddAllActivities(type, instance));

    /// <summary>Adds the activities of a type that is registered elsewhere.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder ApplyTemporalActivities<T>(this ITemporalWorkerServiceOptionsBuilder builder) =>
        builder.ApplyTemporalActivities(typeof(T));

    /// <summary>Adds the activities of a type that is registered elsewhere.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">The type.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder ApplyTemporalActivities(this ITemporalWorkerServiceOptionsBuilder builder, Type type)
    {
        builder.ConfigureOptions().PostConfigure<IServiceProvider>((options, provider) =>
        {
            foreach (var definition in provider.CreateTemporalActivityDefinitions(type))
            {
                options.AddActivity(definition);
            }
        });
        return builder;
    }

    /// <summary>Adds a workflow.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="builder">Builder of the worker.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddWorkflow<T>(this ITemporalWorkerServiceOptionsBuilder builder) => builder.AddWorkflow(typeof(T));

    /// <summary>Adds a workflow.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="type">Its class.</param>
    /// <returns>The builder.</returns>
    public static ITemporalWorkerServiceOptionsBuilder AddWorkflow(this ITemporalWorkerServiceOptionsBuilder builder, Type type) =>
        builder.ConfigureOptions(options => options.AddWorkflow(type));

    /// <summary>Changes the worker's options.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="configure">Changes them; called once, when the worker is made.</param>
    /// <param name="disallowDuplicates">Refuse when options of the same task queue and version are there already.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">Duplicates are refused and there is one.</exception>
    public static ITemporalWorkerServiceOptionsBuilder ConfigureOptions(
        this ITemporalWorkerServiceOptionsBuilder builder, Action<TemporalWorkerServiceOptions> configure, bool disallowDuplicates = false)
    {
        builder.ConfigureOptions(disallowDuplicates).Configure(configure);
        return builder;
    }

    /// <summary>The worker's options, to be changed by the means of the options library.</summary>
    /// <param name="builder">Builder of the worker.</param>
    /// <param name="disallowDuplicates">Refuse when options of the same task queue and version are there already.</param>
    /// <returns>Builder of the options.</returns>
    /// <exception cref="InvalidOperationException">Duplicates are refused and there is one.</exception>
    public static OptionsBuilder<TemporalWorkerServiceOptions> ConfigureOptions(this ITemporalWorkerServiceOptionsBuilder builder, bool disallowDuplicates = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var id = TemporalWorkerServiceIdentifier.Of(builder);
        if (disallowDuplicates && builder.Services.Any(s => s is { IsKeyedService: false, ImplementationInstance: ConfigureNamedOptions<TemporalWorkerServiceOptions> known } && known.Name == id.OptionsName))
        {
            throw new InvalidOperationException(
                $"There is already a hosted worker for {id.Describe()}. Help: add its workflows and activities to the builder of the first one.");
        }

        return builder.Services.AddOptions<TemporalWorkerServiceOptions>(id.OptionsName);
    }
}
