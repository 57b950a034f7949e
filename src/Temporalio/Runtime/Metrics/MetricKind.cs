namespace Temporalio.Runtime.Metrics;

/// <summary>What is kept of a metric's values.</summary>
internal enum MetricKind
{
    /// <summary>Their sum.</summary>
    Counter,

    /// <summary>The latest.</summary>
    Gauge,

    /// <summary>How many fell into each bucket, and their sum.</summary>
    Histogram,
}
