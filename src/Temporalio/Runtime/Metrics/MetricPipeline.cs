using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Temporalio.Common;

namespace Temporalio.Runtime.Metrics;

/// <summary>The meter of a runtime and what reads it: a user's meter, Prometheus, a collector, or whoever listens in the process.</summary>
internal sealed class MetricPipeline
{
    private const string MeterName = "Temporalio";
    private const string ServiceName = "temporal-core-sdk";

    // Kept for as long as the runtime lives; they serve and send by themselves.
    private readonly PrometheusEndpoint? _endpoint;
    private readonly OtlpExporter? _exporter;

    /// <summary>Reads the options once and starts what they ask for.</summary>
    /// <exception cref="ArgumentException">The options contradict each other or lack something.</exception>
    public MetricPipeline(MetricsOptions? options, ILogger logger)
    {
        options ??= new();
        if (new object?[] { options.Prometheus, options.OpenTelemetry, options.CustomMetricMeter }.Count(o => o is not null) > 1)
        {
            throw new ArgumentException("Metrics can go to one place only. Help: set one of Prometheus, OpenTelemetry and CustomMetricMeter.");
        }

        var prefix = options.MetricPrefix ?? SdkMetrics.DefaultPrefix;
        var format = options.CustomMetricMeter is not null
            ? options.CustomMetricMeterOptions?.HistogramDurationFormat ?? CustomMetricMeterOptions.DurationFormat.IntegerMilliseconds
            : options.Prometheus?.UseSecondsForDuration == true || options.OpenTelemetry?.UseSecondsForDuration == true
                ? CustomMetricMeterOptions.DurationFormat.FloatSeconds
                : CustomMetricMeterOptions.DurationFormat.IntegerMilliseconds;
        var seconds = format == CustomMetricMeterOptions.DurationFormat.FloatSeconds;
        var target = options.CustomMetricMeter;
        if (target is null)
        {
            // One for each runtime, so that its exporter sees its own metrics only.
            var meter = new Meter(MeterName);
            target = new MeterBridge(meter);
            if (options.Prometheus is { } prometheus)
            {
                var address = prometheus.BindAddress
                    ?? throw new ArgumentException("Prometheus options need an address. Help: set BindAddress, for example 127.0.0.1:9090.");
                var store = new MetricStore(meter, new(prefix, seconds, prometheus.HistogramBucketOverrides));
                _endpoint = new(address, () => PrometheusText.Write(store.Families, prometheus.HasUnitSuffix, prometheus.HasCounterTotalSuffix));
            }
            else if (options.OpenTelemetry is { } collector)
            {
                var store = new MetricStore(meter, new(prefix, seconds, collector.HistogramBucketOverrides));
                _exporter = new(collector, store, options.AttachServiceName ? ServiceName : null, logger);
            }
        }

        var tags = (options.GlobalTags ?? []).Select(t => KeyValuePair.Create(t.Key, (object)t.Value)).ToList();
        if (options.AttachServiceName)
        {
            tags.Add(new("service_name", ServiceName));
        }

        Meter = new CustomMeter(target, format, target.CreateTags(null, tags));
        Own = new(Meter, prefix, seconds ? SdkMetrics.Seconds : SdkMetrics.Milliseconds);
    }

    /// <summary>Meter for metrics of users.</summary>
    public MetricMeter Meter { get; }

    /// <summary>The SDK's own metrics.</summary>
    public SdkMetrics Own { get; }

    /// <summary>Where Prometheus is served; null when it is not.</summary>
    public System.Net.IPEndPoint? PrometheusAddress => _endpoint?.Address;

    /// <summary>Exports what has not been exported, and stops exporting.</summary>
    public async ValueTask CloseAsync()
    {
        _endpoint?.Dispose();
        if (_exporter is not null)
        {
            await _exporter.DisposeAsync().ConfigureAwait(false);
        }
    }
}
