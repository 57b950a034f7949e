using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Runtime;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Testing;

/// <summary>Runs activity code with an activity context of its own, without server and worker.</summary>
public record ActivityEnvironment
{
    private static readonly DateTime Epoch = new(1970, 1, 1, 1, 1, 1, DateTimeKind.Utc);

    /// <summary>What the activity finds as its info unless told otherwise.</summary>
    public static readonly ActivityInfo DefaultInfo = new(
        ActivityId: "test",
        ActivityType: "unknown",
        Attempt: 1,
        CurrentAttemptScheduledTime: Epoch,
        DataConverter: DataConverter.Default,
        HeartbeatDetails: [],
        HeartbeatTimeout: null,
        IsLocal: false,
        Namespace: "default",
        Priority: new(),
        RetryPolicy: new(),
        ScheduleToCloseTimeout: TimeSpan.FromSeconds(1),
        ScheduledTime: Epoch,
        StartToCloseTimeout: TimeSpan.FromSeconds(1),
        StartedTime: Epoch,
        TaskQueue: "test",
        TaskToken: Encoding.ASCII.GetBytes("test"),
        WorkflowId: "test",
        WorkflowNamespace: "default",
        WorkflowRunId: "test-run",
        WorkflowType: "test");

    private readonly ActivityCancellation _cancellation = new();

    /// <summary>The activity's info. Default: <see cref="DefaultInfo"/>.</summary>
    public ActivityInfo Info { get; init; } = DefaultInfo;

    /// <summary>The activity's logger. Default: none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The activity's payload converter. Default: the default one.</summary>
    public IPayloadConverter PayloadConverter { get; init; } = DataConverter.Default.PayloadConverter;

    /// <summary>The activity's meter. Default: null, metrics go nowhere.</summary>
    public MetricMeter? MetricMeter { get; init; }

    /// <summary>The activity's client. Default: null, asking for it throws.</summary>
    public ITemporalClient? TemporalClient { get; init; }

    /// <summary>Takes the activity's heartbeats. Default: they are dropped.</summary>
    public Action<object?[]> Heartbeater { get; init; } = static _ => { };

    /// <summary>Source of the activity's cancellation token.</summary>
    public CancellationTokenSource CancellationTokenSource { get; init; } = new();

    /// <summary>Source of the activity's worker shutdown token.</summary>
    public CancellationTokenSource WorkerShutdownTokenSource { get; init; } = new();

    /// <summary>What the activity finds as reason of its cancellation.</summary>
    public ActivityCancelReason CancelReason
    {
        get => _cancellation.Reason;
        set => _cancellation.Preset(value, _cancellation.Details);
    }

    /// <summary>What the activity finds as details of its cancellation.</summary>
    public ActivityCancellationDetails? CancellationDetails
    {
        get => _cancellation.Details;
        set => _cancellation.Preset(_cancellation.Reason, value);
    }

    /// <summary>Cancels the activity with reason <see cref="ActivityCancelReason.CancelRequested"/>.</summary>
    public void Cancel() => Cancel(ActivityCancelReason.CancelRequested);

    /// <summary>Cancels the activity.</summary>
    /// <param name="reason">The reason.</param>
    public void Cancel(ActivityCancelReason reason) => Cancel(reason, ActivityCancellation.DetailsFor(reason));

    /// <summary>Cancels the activity.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="details">The details.</param>
    public void Cancel(ActivityCancelReason reason, ActivityCancellationDetails details)
    {
        _cancellation.Preset(reason, details);
        CancellationTokenSource.Cancel();
    }

    /// <summary>Runs an activity.</summary>
    /// <param name="activity">Calls it.</param>
    /// <returns>When it ended.</returns>
    public Task RunAsync(Action activity) => RunAsync(() =>
    {
        activity();
        return Task.FromResult(default(ValueTuple));
    });

    /// <summary>Runs an activity.</summary>
    /// <typeparam name="T">Type of its result.</typeparam>
    /// <param name="activity">Calls it.</param>
    /// <returns>Its result.</returns>
    public Task<T> RunAsync<T>(Func<T> activity) => RunAsync(() => Task.FromResult(activity()));

    /// <summary>Runs an activity.</summary>
    /// <param name="activity">Calls it.</param>
    /// <returns>When it ended.</returns>
    public Task RunAsync(Func<Task> activity) => RunAsync(async () =>
    {
        await activity().ConfigureAwait(false);
        return default(ValueTuple);
    });

    /// <summary>Runs an activity.</summary>
    /// <typeparam name="T">Type of its result.</typeparam>
    /// <param name="activity">Calls it.</param>
    /// <returns>Its result.</returns>
    public async Task<T> RunAsync<T>(Func<Task<T>> activity)
    {
        // The scope of this asynchronous method ends with it, so the caller's own context comes back.
        ActivityExecutionContext.SetCurrent(new(
            Info, _cancellation.WithToken(CancellationTokenSource.Token), WorkerShutdownTokenSource.Token, Logger, PayloadConverter,
            new(() => MetricMeter ?? NoMetricMeter.Instance),
            () => TemporalClient ?? throw new InvalidOperationException("The activity environment has no client. Help: set TemporalClient."))
        {
            Outbound = new Recorder(Heartbeater),
        });
        return await activity().ConfigureAwait(false);
    }

    private sealed class Recorder(Action<object?[]> heartbeater) : ActivityOutboundInterceptor
    {
        public override void Heartbeat(HeartbeatInput input) => heartbeater(input.Details);
    }
}
