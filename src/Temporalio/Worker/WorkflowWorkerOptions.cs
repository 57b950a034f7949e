using Microsoft.Extensions.Logging;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Worker.Telemetry;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>Immutable settings of a <see cref="WorkflowWorker"/>, taken by the worker from its public options.</summary>
internal sealed record WorkflowWorkerOptions
{
    /// <summary>Namespace of the runs.</summary>
    public required string Namespace { get; init; }

    /// <summary>Task queue polled.</summary>
    public required string TaskQueue { get; init; }

    /// <summary>Identity sent with every call.</summary>
    public required string Identity { get; init; }

    /// <summary>Loggers of workflows and of the worker.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>Definitions of the workflows the worker knows; at most one dynamic.</summary>
    public IReadOnlyCollection<WorkflowDefinition> Workflows { get; init; } = [];

    /// <summary>Converter of everything the workflows send and receive, without context.</summary>
    public DataConverter DataConverter { get; init; } = DataConverter.Default;

    /// <summary>Interceptors, the client's before the worker's, the first outermost.</summary>
    public IReadOnlyCollection<IWorkerInterceptor> Interceptors { get; init; } = [];

    /// <summary>Exceptions that fail the workflow besides failures and cancellations. Default: none.</summary>
    public IReadOnlyCollection<Type> FailureExceptionTypes { get; init; } = [];

    /// <summary>Deployment the worker belongs to. Default: none.</summary>
    public WorkerDeploymentOptions? DeploymentOptions { get; init; }

    /// <summary>What polls say when versions are sets of build ids. Default: none.</summary>
    public Api.Common.V1.WorkerVersionCapabilities? VersionCapabilities { get; init; }

    /// <summary>Meter of the runtime. Default: none.</summary>
    public MetricMeter? MetricMeter { get; init; }

    /// <summary>Key of this worker's instance, sent with every poll and with the shutdown.</summary>
    public string WorkerInstanceKey { get; init; } = string.Empty;

    /// <summary>Whether use of the wrong scheduler in workflows goes unnoticed. Default: false.</summary>
    public bool DisableTracingEventListener { get; init; }

    /// <summary>Told of every activation that ran, and what it asked for. Default: nobody.</summary>
    public Action<WorkflowActivation, IReadOnlyList<WorkflowCommand>>? Activated { get; init; }

    /// <summary>Build id sent with completions. Default: empty, not sent.</summary>
    public string BuildId { get; init; } = string.Empty;

    /// <summary>Runs kept in memory; 0 switches the sticky queue off. Default: 10,000.</summary>
    public int MaxCachedWorkflows { get; init; } = 10_000;

    /// <summary>Workflow tasks at once. Default: 100.</summary>
    public SlotSupplier Slots { get; init; } = new FixedSizeSlotSupplier(100);

    /// <summary>Polls kept open at once: a fixed number over both queues, an automatic one for each. Default: 5.</summary>
    public PollerBehavior Polls { get; init; } = new PollerBehavior.SimpleMaximum(5);

    /// <summary>What the worker counts. Default: nothing.</summary>
    public WorkerTelemetry Telemetry { get; init; } = WorkerTelemetry.None;

    /// <summary>Share of polls on the shared queue while a sticky queue exists. Default: 0.2, at least one poll of each.</summary>
    public float NonStickyToStickyPollRatio { get; init; } = 0.2F;

    /// <summary>How long the server holds a task for the sticky queue before it goes back to the shared one. Default: 10 s.</summary>
    public TimeSpan StickyScheduleToStartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>No deadlock detection. Default: false.</summary>
    public bool DebugMode { get; init; }

    /// <summary>Offers an activity that came back with a completion; true when it was taken. Null: eager execution is never asked for.</summary>
    public Func<PollActivityTaskQueueResponse, bool>? OfferEagerActivity { get; init; }

    /// <summary>Reserves a slot for one eager activity; false when none is free. Null: none.</summary>
    public Func<bool>? TryReserveEagerSlot { get; init; }

    /// <summary>Gives back a slot reserved by <see cref="TryReserveEagerSlot"/> that no activity came for.</summary>
    public Action? ReleaseEagerSlot { get; init; }

    /// <summary>Slots asked for per workflow task at most. Default: 3.</summary>
    public int MaxEagerActivities { get; init; } = 3;

    /// <summary>How much the stack trace query tells. Default: the query fails.</summary>
    public WorkflowStackTrace WorkflowStackTrace { get; init; }

    /// <summary>Asked before a run uses a patch for the first time. Null: always.</summary>
    public Func<PatchActivationInput, bool>? PatchActivationCallback { get; init; }

    /// <summary>Called before an activation of a run. Null: nobody listens.</summary>
    public Action<WorkflowDefinition, WorkflowInfo>? TaskStarting { get; init; }

    /// <summary>Called after an activation, with what failed it. Null: nobody listens.</summary>
    public Action<WorkflowDefinition, WorkflowInfo, Exception?>? TaskCompleted { get; init; }

    /// <summary>Runs local activities. Null: none are registered.</summary>
    public ILocalActivityExecutor? LocalActivities { get; init; }

    /// <summary>Sizes that are logged or refused before sending. Null: nothing is checked.</summary>
    public PayloadSizeLimits? PayloadLimits { get; init; }
}
