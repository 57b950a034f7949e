namespace Temporalio.Runtime;

/// <summary>Serves metrics over HTTP in Prometheus' text format, at <c>/metrics</c>.</summary>
public class PrometheusOptions : ICloneable
{
    /// <summary>Creates options without an address; one must be set before use.</summary>
    public PrometheusOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="bindAddress">Address and port to serve at, for example <c>127.0.0.1:9090</c>.</param>
    public PrometheusOptions(string bindAddress) => BindAddress = bindAddress;

    /// <summary>Address and port to serve at, for example <c>127.0.0.1:9090</c>. Must be set.</summary>
    public string? BindAddress { get; set; }

    /// <summary>Whether names of counters end in <c>_total</c>. Default: false.</summary>
    public bool HasCounterTotalSuffix { get; set; }

    /// <summary>Whether names end in the metric's unit, for example <c>_seconds</c>. Default: false.</summary>
    public bool HasUnitSuffix { get; set; }

    /// <summary>Whether durations are seconds instead of whole milliseconds. Default: false.</summary>
    public bool UseSecondsForDuration { get; set; }

    /// <summary>Upper bounds of histograms' buckets by the metric's name, its prefix left out. Default: those of each metric.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<double>>? HistogramBucketOverrides { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
