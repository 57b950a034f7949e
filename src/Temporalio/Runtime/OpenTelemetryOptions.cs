namespace Temporalio.Runtime;

/// <summary>Sends metrics to an OpenTelemetry collector (OTLP).</summary>
public class OpenTelemetryOptions : ICloneable
{
    /// <summary>Creates options without an address; one must be set before use.</summary>
    public OpenTelemetryOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="url">Address of the collector.</param>
    public OpenTelemetryOptions(string url)
        : this(new Uri(url))
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="url">Address of the collector.</param>
    public OpenTelemetryOptions(Uri url) => Url = url;

    /// <summary>Address of the collector: host and port for gRPC, the whole path (usually <c>/v1/metrics</c>) for HTTP. Must be set.</summary>
    public Uri? Url { get; set; }

    /// <summary>Headers of every export. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? Headers { get; set; }

    /// <summary>Time between two exports. Default: one second.</summary>
    public TimeSpan? MetricsExportInterval { get; set; }

    /// <summary>What exported values count from. Default: the start of the runtime.</summary>
    public OpenTelemetryMetricTemporality MetricTemporality { get; set; } = OpenTelemetryMetricTemporality.Cumulative;

    /// <summary>Whether durations are seconds instead of whole milliseconds. Default: false.</summary>
    public bool UseSecondsForDuration { get; set; }

    /// <summary>How metrics travel. Default: gRPC.</summary>
    public OpenTelemetryProtocol Protocol { get; set; } = OpenTelemetryProtocol.Grpc;

    /// <summary>Upper bounds of histograms' buckets by the metric's name, its prefix left out. Default: those of each metric.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<double>>? HistogramBucketOverrides { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
