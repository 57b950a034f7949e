using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Converters;
using Temporalio.Runtime;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>Options of a <see cref="WorkflowReplayer"/>. At least one workflow is needed.</summary>
public class WorkflowReplayerOptions : ICloneable
{
    private IList<WorkflowDefinition> _workflows = [];

    /// <summary>Called before each step of a workflow.</summary>
    public event EventHandler<WorkflowTaskStartingEventArgs>? WorkflowTaskStarting;

    /// <summary>Called after each step of a workflow.</summary>
    public event EventHandler<WorkflowTaskCompletedEventArgs>? WorkflowTaskCompleted;

    /// <summary>Build id workflows see. Default: module version id of the entry assembly.</summary>
    public string? BuildId { get; set; }

    /// <summary>Converter of everything in the histories. Default: the default converter.</summary>
    public DataConverter DataConverter { get; set; } = DataConverter.Default;

    /// <summary>No deadlock detection. Default: true when the environment variable TEMPORAL_DEBUG is <c>true</c> or <c>1</c>.</summary>
    public bool DebugMode { get; set; } = Environment.GetEnvironmentVariable("TEMPORAL_DEBUG") is { } debug
        && (debug == "1" || debug.Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether calls into other schedulers are not noticed while they happen. Default: false.</summary>
    public bool DisableWorkflowTracingEventListener { get; set; }

    /// <summary>Identity of the replayer. Default: none.</summary>
    public string? Identity { get; set; }

    /// <summary>Plugins, the first outermost. Default: none.</summary>
    public IReadOnlyCollection<ITemporalWorkerPlugin>? Plugins { get; set; }

    /// <summary>Interceptors, the first outermost. Default: none.</summary>
    public IReadOnlyCollection<IWorkerInterceptor>? Interceptors { get; set; }

    /// <summary>Loggers. Default: none.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Namespace workflows see. Default: <c>ReplayNamespace</c>.</summary>
    public string Namespace { get; set; } = "ReplayNamespace";

    /// <summary>Runtime for metrics. Default: the default runtime.</summary>
    public TemporalRuntime? Runtime { get; set; }

    /// <summary>Task queue workflows see. Default: <c>ReplayTaskQueue</c>.</summary>
    public string TaskQueue { get; set; } = "ReplayTaskQueue";

    /// <summary>Exceptions that fail the workflow besides failures and cancellations. Default: none.</summary>
    public IReadOnlyCollection<Type>? WorkflowFailureExceptionTypes { get; set; }

    /// <summary>The workflows.</summary>
    public IList<WorkflowDefinition> Workflows => _workflows;

    /// <summary>Adds a workflow.</summary>
    /// <typeparam name="T">Workflow type.</typeparam>
    /// <returns>These options.</returns>
    /// <exception cref="AggregateException">Every problem of the type.</exception>
    public WorkflowReplayerOptions AddWorkflow<T>() => AddWorkflow(typeof(T));

    /// <summary>Adds a workflow.</summary>
    /// <param name="type">Workflow type.</param>
    /// <returns>These options.</returns>
    /// <exception cref="AggregateException">Every problem of the type.</exception>
    public WorkflowReplayerOptions AddWorkflow(Type type) => AddWorkflow(WorkflowDefinition.Create(type));

    /// <summary>Adds a workflow.</summary>
    /// <param name="definition">Its definition.</param>
    /// <returns>These options.</returns>
    public WorkflowReplayerOptions AddWorkflow(WorkflowDefinition definition)
    {
        _workflows.Add(definition);
        return this;
    }

    /// <summary>Shallow copy with a list of workflows of its own.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (WorkflowReplayerOptions)MemberwiseClone();
        copy._workflows = [.. _workflows];
        return copy;
    }

    internal Action<WorkflowActivation, IReadOnlyList<WorkflowCommand>>? Activated { get; set; }

    internal void OnTaskStarting(WorkflowReplayer sender, WorkflowTaskStartingEventArgs args) => WorkflowTaskStarting?.Invoke(sender, args);

    internal void OnTaskCompleted(WorkflowReplayer sender, WorkflowTaskCompletedEventArgs args) => WorkflowTaskCompleted?.Invoke(sender, args);
}
