using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Temporalio.Activities;
using Temporalio.Worker.Interceptors;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>Options of a worker.</summary>
public class TemporalWorkerOptions : ICloneable
{
    private List<ActivityDefinition> _activities = [];
    private List<WorkflowDefinition> _workflows = [];

    /// <summary>Creates options; the task queue must be set before use.</summary>
    public TemporalWorkerOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="taskQueue">Task queue to work on.</param>
    public TemporalWorkerOptions(string taskQueue) => TaskQueue = taskQueue;

    /// <summary>Raised before a step of a workflow runs, on its thread. Handlers must be quick and must not throw.</summary>
    public event EventHandler<WorkflowTaskStartingEventArgs>? WorkflowTaskStarting;

    /// <summary>Raised after a step of a workflow has run, on its thread. Handlers must be quick and must not throw.</summary>
    public event EventHandler<WorkflowTaskCompletedEventArgs>? WorkflowTaskCompleted;

    /// <summary>Task queue to work on; required.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Activities the worker knows.</summary>
    public IList<ActivityDefinition> Activities => _activities;

    /// <summary>Workflows the worker knows.</summary>
    public IList<WorkflowDefinition> Workflows => _workflows;

    /// <summary>Deployment the worker belongs to. Default: none.</summary>
    public WorkerDeploymentOptions? DeploymentOptions { get; set; }

    /// <summary>Version of the worker's code, of the kind that came before deployments. Default: unset, none is sent. Not together with <see cref="DeploymentOptions"/>.</summary>
    [Obsolete("Use DeploymentOptions.")]
    public string? BuildId { get; set; }

    /// <summary>Whether the server routes tasks by <see cref="BuildId"/>. Default: false. Not together with <see cref="DeploymentOptions"/>.</summary>
    [Obsolete("Use DeploymentOptions.")]
    public bool UseWorkerVersioning { get; set; }

    /// <summary>Where activities run. Default: the thread pool.</summary>
    public TaskFactory ActivityTaskFactory { get; set; } = Task.Factory;

    /// <summary>Plugins, the first outermost; those of the client come before. Default: none.</summary>
    public IReadOnlyCollection<ITemporalWorkerPlugin>? Plugins { get; set; }

    /// <summary>Interceptors, the first outermost; those of the client come before. Default: none.</summary>
    public IReadOnlyCollection<IWorkerInterceptor>? Interceptors { get; set; }

    /// <summary>Who the worker is, as seen in histories. Default: unset, the client's identity.</summary>
    public string? Identity { get; set; }

    /// <summary>Workflow runs kept in memory; 0 replays a run's whole history for each of its tasks. Default: 10,000.</summary>
    public int MaxCachedWorkflows { get; set; } = 10_000;

    /// <summary>Workflow tasks at once. Default: unset, 100. Not together with <see cref="Tuner"/>.</summary>
    public int? MaxConcurrentWorkflowTasks { get; set; }

    /// <summary>Activities at once. Default: unset, 100. Not together with <see cref="Tuner"/>.</summary>
    public int? MaxConcurrentActivities { get; set; }

    /// <summary>Local activities at once. Default: unset, 100. Not together with <see cref="Tuner"/>.</summary>
    public int? MaxConcurrentLocalActivities { get; set; }

    /// <summary>Slots of all kinds. Default: unset, the fixed numbers above.</summary>
    public WorkerTuner? Tuner { get; set; }

    /// <summary>Polls for workflow tasks kept open. Default: 5; with a cache at least 2.</summary>
    public int MaxConcurrentWorkflowTaskPolls { get; set; } = 5;

    /// <summary>Share of workflow task polls on the shared queue while there is a cache. Default: 0.2, at least one poll.</summary>
    public float NonStickyToStickyPollRatio { get; set; } = 0.2F;

    /// <summary>Polls for activities kept open. Default: 5.</summary>
    public int MaxConcurrentActivityTaskPolls { get; set; } = 5;

    /// <summary>Polls for workflow tasks, instead of <see cref="MaxConcurrentWorkflowTaskPolls"/>. Default: unset.</summary>
    public PollerBehavior? WorkflowTaskPollerBehavior { get; set; }

    /// <summary>Polls for activities, instead of <see cref="MaxConcurrentActivityTaskPolls"/>. Default: unset.</summary>
    public PollerBehavior? ActivityTaskPollerBehavior { get; set; }

    /// <summary>Whether activities are only run locally, within workflow tasks. Default: false.</summary>
    public bool LocalActivityWorkerOnly { get; set; }

    /// <summary>How long a workflow task waits for this worker's cache before any worker may take it. Default: 10 seconds.</summary>
    public TimeSpan StickyQueueScheduleToStartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time between two heartbeats sent for an activity. Default: 60 seconds.</summary>
    public TimeSpan MaxHeartbeatThrottleInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between two heartbeats sent for an activity without heartbeat timeout. Default: 30 seconds.</summary>
    public TimeSpan DefaultHeartbeatThrottleInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Activities started per second over the whole task queue at most; enforced by the server. Default: unlimited.</summary>
    public double? MaxTaskQueueActivitiesPerSecond { get; set; }

    /// <summary>Activities started per second by this worker at most. Default: unlimited.</summary>
    public double? MaxActivitiesPerSecond { get; set; }

    /// <summary>How long activities may go on after the worker began to shut down, before they are cancelled. Default: none.</summary>
    public TimeSpan GracefulShutdownTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>Whether workflow code may block for long, for stepping through it. Default: false, unless a debugger is attached or TEMPORAL_DEBUG is true or 1.</summary>
    public bool DebugMode { get; set; } = Debugger.IsAttached || IsOn(Environment.GetEnvironmentVariable("TEMPORAL_DEBUG"));

    /// <summary>Exceptions that fail a workflow instead of only its task. Default: unset, failures and cancellations only.</summary>
    public IReadOnlyCollection<Type>? WorkflowFailureExceptionTypes { get; set; }

    /// <summary>Whether activities of this worker's own workflows never come back with the task that asked for them. Default: false.</summary>
    public bool DisableEagerActivityExecution { get; set; }

    /// <summary>Activities that may come back with one workflow task at most. Default: 3.</summary>
    public int MaxEagerActivityReservationsPerWorkflowTask { get; set; } = 3;

    /// <summary>Whether commands and results above the limits of the namespace are sent all the same, for the server to judge. Default: false, their task fails here.</summary>
    public bool DisablePayloadErrorLimit { get; set; }

    /// <summary>Whether use of the wrong scheduler in workflows goes unnoticed. Default: false.</summary>
    public bool DisableWorkflowTracingEventListener { get; set; }

    /// <summary>How much the stack trace query of workflows tells. Default: nothing, the query fails.</summary>
    public WorkflowStackTrace WorkflowStackTrace { get; set; } = WorkflowStackTrace.None;

    /// <summary>Asked before a run uses a patch for the first time. Default: unset, always.</summary>
    public Func<PatchActivationInput, bool>? PatchActivationCallback { get; set; }

    /// <summary>Loggers. Default: unset, the client's.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Adds an activity.</summary>
    /// <param name="del">A delegate to a method with <see cref="ActivityAttribute"/>.</param>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddActivity(Delegate del) => AddActivity(ActivityDefinition.Create(del));

    /// <summary>Adds an activity.</summary>
    /// <param name="definition">Its definition.</param>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddActivity(ActivityDefinition definition)
    {
        Activities.Add(definition);
        return this;
    }

    /// <summary>Adds all methods of a type that have <see cref="ActivityAttribute"/>.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="instance">Object whose instance methods are called; may be null when all are static.</param>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddAllActivities<T>(T? instance) => AddAllActivities(typeof(T), instance);

    /// <summary>Adds all methods of a type that have <see cref="ActivityAttribute"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="instance">Object whose instance methods are called; may be null when all are static.</param>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddAllActivities(Type type, object? instance)
    {
        foreach (var definition in ActivityDefinition.CreateAll(type, instance))
        {
            Activities.Add(definition);
        }

        return this;
    }

    /// <summary>Adds a workflow.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddWorkflow<T>() => AddWorkflow(typeof(T));

    /// <summary>Adds a workflow.</summary>
    /// <param name="type">Its class.</param>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddWorkflow(Type type) => AddWorkflow(WorkflowDefinition.Create(type));

    /// <summary>Adds a workflow.</summary>
    /// <param name="definition">Its definition.</param>
    /// <returns>These options.</returns>
    public TemporalWorkerOptions AddWorkflow(WorkflowDefinition definition)
    {
        Workflows.Add(definition);
        return this;
    }

    /// <summary>Makes a copy with lists of its own.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (TemporalWorkerOptions)MemberwiseClone();
        copy._activities = [.. _activities];
        copy._workflows = [.. _workflows];
        copy.DeploymentOptions = (WorkerDeploymentOptions?)DeploymentOptions?.Clone();
        return copy;
    }

#pragma warning disable CS0618 // Read where the wire form is made, with the form that replaced it.
    /// <summary>Version of the worker's code, of whichever kind; empty when there is none.</summary>
    internal string VersionOfCode => DeploymentOptions?.Version?.BuildId ?? BuildId ?? string.Empty;

    /// <summary>What polls say when versions are sets of build ids; null otherwise.</summary>
    internal Api.Common.V1.WorkerVersionCapabilities? VersionCapabilities =>
        DeploymentOptions is null && BuildId is { Length: > 0 } id ? new() { BuildId = id, UseVersioning = UseWorkerVersioning } : null;

    /// <summary>What is wrong with the two kinds of versions together.</summary>
    internal IEnumerable<string> VersionProblems()
    {
        if (DeploymentOptions is not null && (BuildId is not null || UseWorkerVersioning))
        {
            yield return "BuildId and UseWorkerVersioning cannot be set together with DeploymentOptions.";
        }

        if (UseWorkerVersioning && string.IsNullOrEmpty(BuildId))
        {
            yield return "UseWorkerVersioning needs a BuildId.";
        }
    }
#pragma warning restore CS0618

    /// <summary>Raises the event before a step; null when nobody listens.</summary>
    internal Action<WorkflowDefinition, WorkflowInfo>? TaskStarting(object sender) =>
        WorkflowTaskStarting is { } raise ? (definition, info) => raise(sender, new(definition, info)) : null;

    /// <summary>Raises the event after a step; null when nobody listens.</summary>
    internal Action<WorkflowDefinition, WorkflowInfo, Exception?>? TaskCompleted(object sender) =>
        WorkflowTaskCompleted is { } raise ? (definition, info, failure) => raise(sender, new(definition, info, failure)) : null;

    private static bool IsOn(string? value) => value == "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
