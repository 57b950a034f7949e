namespace Temporalio.Runtime;

/// <summary>Where metrics go and how they are named. At most one of Prometheus, OpenTelemetry and a custom meter can be chosen.</summary>
public class MetricsOptions : ICloneable
{
    /// <summary>Creates options that send metrics nowhere but to listeners of the meter <c>Temporalio</c> (see <see cref="System.Diagnostics.Metrics.Meter"/>).</summary>
    public MetricsOptions()
    {
    }

    /// <summary>Creates options that serve metrics to Prometheus.</summary>
    /// <param name="prometheus">Where and how.</param>
    public MetricsOptions(PrometheusOptions prometheus) => Prometheus = prometheus;

    /// <summary>Creates options that send metrics to an OpenTelemetry collector.</summary>
    /// <param name="openTelemetry">Where and how.</param>
    public MetricsOptions(OpenTelemetryOptions openTelemetry) => OpenTelemetry = openTelemetry;

    /// <summary>Serves metrics to Prometheus. Default: not.</summary>
    public PrometheusOptions? Prometheus { get; set; }

    /// <summary>Sends metrics to an OpenTelemetry collector. Default: not.</summary>
    public OpenTelemetryOptions? OpenTelemetry { get; set; }

    /// <summary>What the names of the SDK's own metrics begin with. Default: <c>temporal_</c>.</summary>
    public string? MetricPrefix { get; set; }

    /// <summary>Meter that every metric is handed to. Default: none.</summary>
    public ICustomMetricMeter? CustomMetricMeter { get; set; }

    /// <summary>How metrics are handed to <see cref="CustomMetricMeter"/>. Default: the defaults of the type.</summary>
    public CustomMetricMeterOptions? CustomMetricMeterOptions { get; set; }

    /// <summary>Tags of every metric. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? GlobalTags { get; set; }

    /// <summary>Whether metrics carry the tag <c>service_name</c>. Default: true.</summary>
    public bool AttachServiceName { get; set; } = true;

    /// <summary>Makes a copy, nested options included; the meter is shared.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (MetricsOptions)MemberwiseClone();
        copy.Prometheus = (PrometheusOptions?)Prometheus?.Clone();
        copy.OpenTelemetry = (OpenTelemetryOptions?)OpenTelemetry?.Clone();
        copy.CustomMetricMeterOptions = (CustomMetricMeterOptions?)CustomMetricMeterOptions?.Clone();
        return copy;
    }
}
