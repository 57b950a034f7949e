using Microsoft.Extensions.Logging;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Worker.Interceptors;
using Temporalio.Worker.Telemetry;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker;

/// <summary>Immutable settings of an <see cref="ActivityWorker"/>, taken by the worker from its public options.</summary>
internal sealed record ActivityWorkerOptions
{
    /// <summary>Namespace of the activities.</summary>
    public required string Namespace { get; init; }

    /// <summary>Task queue polled.</summary>
    public required string TaskQueue { get; init; }

    /// <summary>Identity sent with every call.</summary>
    public required string Identity { get; init; }

    /// <summary>Key of this worker's instance, sent with every poll.</summary>
    public string WorkerInstanceKey { get; init; } = string.Empty;

    /// <summary>Build id; empty for none.</summary>
    public string BuildId { get; init; } = string.Empty;

    /// <summary>Deployment the worker belongs to. Default: none.</summary>
    public WorkerDeploymentOptions? DeploymentOptions { get; init; }

    /// <summary>What polls say when versions are sets of build ids. Default: none.</summary>
    public Api.Common.V1.WorkerVersionCapabilities? VersionCapabilities { get; init; }

    /// <summary>Definitions of the activities the worker knows; at most one dynamic.</summary>
    public required IReadOnlyCollection<ActivityDefinition> Activities { get; init; }

    /// <summary>Converter of everything the activities send and receive, without context.</summary>
    public DataConverter DataConverter { get; init; } = DataConverter.Default;

    /// <summary>Interceptors, the client's before the worker's, the first outermost.</summary>
    public IReadOnlyCollection<IWorkerInterceptor> Interceptors { get; init; } = [];

    /// <summary>Loggers of activities and of the worker.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>Meter of the runtime.</summary>
    public required MetricMeter MetricMeter { get; init; }

    /// <summary>Where activities run.</summary>
    public TaskFactory TaskFactory { get; init; } = Task.Factory;

    /// <summary>The worker's client, for the activities' own use; throws when there is none.</summary>
    public required Func<ITemporalClient> Client { get; init; }

    /// <summary>Slots of activities.</summary>
    public required SlotSupplier Slots { get; init; }

    /// <summary>Slots of local activities.</summary>
    public required SlotSupplier LocalSlots { get; init; }

    /// <summary>Polls kept open; null for none. Default: 5.</summary>
    public PollerBehavior? Polls { get; init; } = new PollerBehavior.SimpleMaximum(5);

    /// <summary>What the worker counts. Default: nothing.</summary>
    public WorkerTelemetry Telemetry { get; init; } = WorkerTelemetry.None;

    /// <summary>Activities started per second by this worker at most. Default: unlimited.</summary>
    public double? MaxActivitiesPerSecond { get; init; }

    /// <summary>Activities started per second over the whole task queue at most; enforced by the server. Default: unlimited.</summary>
    public double? MaxTaskQueueActivitiesPerSecond { get; init; }

    /// <summary>Longest time between two heartbeats sent. Default: 60 s.</summary>
    public TimeSpan MaxHeartbeatThrottleInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between two heartbeats sent by activities without heartbeat timeout. Default: 30 s.</summary>
    public TimeSpan DefaultHeartbeatThrottleInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long activities may go on after the worker began to shut down. Default: none.</summary>
    public TimeSpan GracefulShutdownTimeout { get; init; }

    /// <summary>How much later than the server the worker itself ends attempts that are out of time. Default: 5 s.</summary>
    public TimeSpan LocalTimeoutBuffer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Clock of throttling and time limits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Sizes that are logged or refused before sending. Null: nothing is checked.</summary>
    public PayloadSizeLimits? PayloadLimits { get; init; }
}
