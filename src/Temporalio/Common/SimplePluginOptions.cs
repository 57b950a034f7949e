using Temporalio.Activities;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Common;

/// <summary>What a <see cref="SimplePlugin"/> adds to clients, workers and replayers.</summary>
public class SimplePluginOptions : ICloneable
{
    private List<ActivityDefinition> _activities = [];
    private List<WorkflowDefinition> _workflows = [];

    /// <summary>Activities that workers get.</summary>
    public IList<ActivityDefinition> Activities => _activities;

    /// <summary>Workflows that workers and replayers get.</summary>
    public IList<WorkflowDefinition> Workflows => _workflows;

    /// <summary>Converter in place of that of clients and replayers. Default: none.</summary>
    public DataConverter? DataConverter
    {
        get => DataConverterOption?.Constant;
        set => DataConverterOption = value is null ? null : new(value);
    }

    /// <summary>Converter, or how to change the one there is. Default: none.</summary>
    public SimplePluginOption<DataConverter>? DataConverterOption { get; set; }

    /// <summary>Interceptors that clients get after their own. Default: none.</summary>
    public IReadOnlyCollection<IClientInterceptor>? ClientInterceptors
    {
        get => ClientInterceptorsOption?.Constant;
        set => ClientInterceptorsOption = value is null ? null : new(value);
    }

    /// <summary>Interceptors of clients to add, or how to change those there are. Default: none.</summary>
    public SimplePluginOption<IReadOnlyCollection<IClientInterceptor>?>? ClientInterceptorsOption { get; set; }

    /// <summary>Interceptors that workers and replayers get after their own. Default: none.</summary>
    public IReadOnlyCollection<IWorkerInterceptor>? WorkerInterceptors
    {
        get => WorkerInterceptorsOption?.Constant;
        set => WorkerInterceptorsOption = value is null ? null : new(value);
    }

    /// <summary>Interceptors of workers to add, or how to change those there are. Default: none.</summary>
    public SimplePluginOption<IReadOnlyCollection<IWorkerInterceptor>?>? WorkerInterceptorsOption { get; set; }

    /// <summary>Exceptions that fail a workflow, besides those of the worker. Default: none.</summary>
    public IReadOnlyCollection<Type>? WorkflowFailureExceptionTypes
    {
        get => WorkflowFailureExceptionTypesOption?.Constant;
        set => WorkflowFailureExceptionTypesOption = value is null ? null : new(value);
    }

    /// <summary>Exceptions that fail a workflow to add, or how to change those there are. Default: none.</summary>
    public SimplePluginOption<IReadOnlyCollection<Type>?>? WorkflowFailureExceptionTypesOption { get; set; }

    /// <summary>Called before a worker runs and before a replay. Default: none.</summary>
    public Func<Task>? RunContextBefore { get; set; }

    /// <summary>Called after a worker ran and after a replay, however they ended. Default: none.</summary>
    public Func<Task>? RunContextAfter { get; set; }

    /// <summary>Adds an activity.</summary>
    /// <param name="del">Its method.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">It is not an activity.</exception>
    public SimplePluginOptions AddActivity(Delegate del) => AddActivity(ActivityDefinition.Create(del));

    /// <summary>Adds an activity.</summary>
    /// <param name="definition">Its definition.</param>
    /// <returns>These options.</returns>
    public SimplePluginOptions AddActivity(ActivityDefinition definition)
    {
        _activities.Add(definition);
        return this;
    }

    /// <summary>Adds all activities of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="instance">Instance for methods that are not static.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The type has no activity, or one that is not usable.</exception>
    public SimplePluginOptions AddAllActivities<T>(T? instance) => AddAllActivities(typeof(T), instance);

    /// <summary>Adds all activities of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="instance">Instance for methods that are not static.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The type has no activity, or one that is not usable.</exception>
    public SimplePluginOptions AddAllActivities(Type type, object? instance)
    {
        _activities.AddRange(ActivityDefinition.CreateAll(type, instance));
        return this;
    }

    /// <summary>Adds a workflow.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <returns>These options.</returns>
    /// <exception cref="AggregateException">Every problem of the type.</exception>
    public SimplePluginOptions AddWorkflow<T>() => AddWorkflow(typeof(T));

    /// <summary>Adds a workflow.</summary>
    /// <param name="type">Its type.</param>
    /// <returns>These options.</returns>
    /// <exception cref="AggregateException">Every problem of the type.</exception>
    public SimplePluginOptions AddWorkflow(Type type) => AddWorkflow(WorkflowDefinition.Create(type));

    /// <summary>Adds a workflow.</summary>
    /// <param name="definition">Its definition.</param>
    /// <returns>These options.</returns>
    public SimplePluginOptions AddWorkflow(WorkflowDefinition definition)
    {
        _workflows.Add(definition);
        return this;
    }

    /// <summary>Shallow copy with lists of its own.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (SimplePluginOptions)MemberwiseClone();
        copy._activities = [.. _activities];
        copy._workflows = [.. _workflows];
        return copy;
    }

    /// <summary>A value, or how to make it of the one there is.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    public class SimplePluginOption<T>
    {
        /// <summary>Creates an option of a value.</summary>
        /// <param name="value">The value.</param>
        public SimplePluginOption(T? value) => Constant = value;

        /// <summary>Creates an option of a function.</summary>
        /// <param name="value">Makes the value of the one there is.</param>
        public SimplePluginOption(Func<T, T> value) => Configurable = value;

        /// <summary>The value; the default of its type when there is a function.</summary>
        public T? Constant { get; }

        /// <summary>The function; null when there is a value.</summary>
        public Func<T, T>? Configurable { get; }
    }
}
