using Microsoft.Extensions.Logging;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Activities;

/// <summary>What a running activity may ask and tell. Found through <see cref="Current"/> everywhere the activity's asynchronous flow goes.</summary>
public class ActivityExecutionContext
{
    private static readonly AsyncLocal<ActivityExecutionContext?> Ambient = new();
    private readonly ActivityCancellation _cancellation;
    private readonly Lazy<MetricMeter> _metricMeter;
    private readonly Func<ITemporalClient> _client;

    internal ActivityExecutionContext(
        ActivityInfo info, ActivityCancellation cancellation, CancellationToken workerShutdownToken, ILogger logger,
        IPayloadConverter payloadConverter, Lazy<MetricMeter> metricMeter, Func<ITemporalClient> client)
    {
        Info = info;
        _cancellation = cancellation;
        WorkerShutdownToken = workerShutdownToken;
        Logger = logger;
        PayloadConverter = payloadConverter;
        _metricMeter = metricMeter;
        _client = client;
    }

    /// <summary>Whether code runs in an activity.</summary>
    public static bool HasCurrent => Ambient.Value is not null;

    /// <summary>The context of the running activity.</summary>
    /// <exception cref="InvalidOperationException">Not in an activity.</exception>
    public static ActivityExecutionContext Current =>
        Ambient.Value ?? throw new InvalidOperationException("Not in an activity: there is no current activity execution context.");

    /// <summary>What the server says about the attempt.</summary>
    public ActivityInfo Info { get; }

    /// <summary>Logger whose messages carry the activity's ids.</summary>
    public ILogger Logger { get; }

    /// <summary>Fires when the attempt should end early; <see cref="CancelReason"/> says why. Server-side reasons are learnt by heartbeats only.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Why <see cref="CancellationToken"/> fired; set before it fires.</summary>
    public ActivityCancelReason CancelReason => _cancellation.Reason;

    /// <summary>All that is known about why <see cref="CancellationToken"/> fired; null before it fires.</summary>
    public ActivityCancellationDetails? CancellationDetails => _cancellation.Details;

    /// <summary>Fires when the worker begins to shut down; <see cref="CancellationToken"/> follows after the grace period.</summary>
    public CancellationToken WorkerShutdownToken { get; }

    /// <summary>Converter of the worker, for the activity's own use.</summary>
    public IPayloadConverter PayloadConverter { get; }

    /// <summary>Meter whose metrics carry namespace, task queue and activity type.</summary>
    public MetricMeter MetricMeter => _metricMeter.Value;

    /// <summary>The worker's client.</summary>
    /// <exception cref="InvalidOperationException">There is none: in a test environment without client.</exception>
    public ITemporalClient TemporalClient => _client();

    /// <summary>The way out of the activity, interceptors included.</summary>
    internal ActivityOutboundInterceptor? Outbound { get; set; }

    /// <summary>
    /// Tells the server that the activity is alive. Returns at once; what was recorded last is sent at intervals. Without a heartbeat
    /// timeout on the activity, cancellation is still learnt this way.
    /// </summary>
    /// <param name="details">Values that the next attempt finds should this one fail.</param>
    public void Heartbeat(params object?[] details) =>
        (Outbound ?? throw new InvalidOperationException("The activity has not begun: its interceptor did not initialise the next one."))
        .Heartbeat(new(details));

    /// <summary>Makes a context the current one of the calling asynchronous flow; null to have none.</summary>
    internal static void SetCurrent(ActivityExecutionContext? context) => Ambient.Value = context;
}
