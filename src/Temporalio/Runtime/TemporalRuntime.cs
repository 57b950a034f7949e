using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Common;
using Temporalio.Runtime.Metrics;

namespace Temporalio.Runtime;

/// <summary>What connections and workers of a process share: metrics, forwarded log messages and how often workers report to the server.</summary>
public sealed class TemporalRuntime
{
    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly Lazy<TemporalRuntime> LazyDefault = new(() => new(new()));
    private readonly MetricPipeline _metrics;

    /// <summary>Creates a runtime. What its options serve or send goes on for as long as the process lives.</summary>
    /// <param name="options">Options; copied.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message says which.</exception>
    /// <exception cref="InvalidOperationException">Metrics cannot be served at the address.</exception>
    public TemporalRuntime(TemporalRuntimeOptions options)
    {
        var own = (TemporalRuntimeOptions)options.Clone();
        if (own.WorkerHeartbeatInterval is { } interval && interval != TimeSpan.Zero && interval < ShortestHeartbeat)
        {
            throw new ArgumentException($"WorkerHeartbeatInterval must be at least {ShortestHeartbeat}, not {interval}. Help: null switches the reports off.", nameof(options));
        }

        WorkerHeartbeatInterval = own.WorkerHeartbeatInterval is { Ticks: > 0 } time ? time : null;
        DisableEnvironmentInfo = own.DisableEnvironmentInfo;
        ForwardedLog = ForwardedLog.Create(own.Telemetry.Logging);
        _metrics = new(own.Telemetry.Metrics, (ILogger?)ForwardedLog ?? NullLogger.Instance);
    }

    /// <summary>The runtime of connections that were given none. Created on first use.</summary>
    public static TemporalRuntime Default => LazyDefault.Value;

    /// <summary>Meter for metrics of one's own; they go where the runtime's options say.</summary>
    public MetricMeter MetricMeter => _metrics.Meter;

    /// <summary>The SDK's own metrics.</summary>
    internal SdkMetrics Metrics => _metrics.Own;

    /// <summary>Where Prometheus is served; null when it is not.</summary>
    internal System.Net.IPEndPoint? PrometheusAddress => _metrics.PrometheusAddress;

    /// <summary>Where log messages of workers also go; null for nowhere.</summary>
    internal ForwardedLog? ForwardedLog { get; }

    /// <summary>Time between two reports of a worker; null for none.</summary>
    internal TimeSpan? WorkerHeartbeatInterval { get; }

    /// <summary>Whether reports leave out the kind of machine.</summary>
    internal bool DisableEnvironmentInfo { get; }

    /// <summary>Exports what has not been exported, and stops exporting.</summary>
    internal ValueTask CloseMetricsAsync() => _metrics.CloseAsync();
}
