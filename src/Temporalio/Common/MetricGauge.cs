namespace Temporalio.Common;

/// <summary>A metric that shows the latest value.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public abstract class MetricGauge<T> : Metric<T>
    where T : struct
{
    /// <summary>Creates the gauge.</summary>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it measures.</param>
    protected MetricGauge(string name, string? unit = null, string? description = null)
        : base(name, unit, description)
    {
    }

    /// <summary>Sets the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="extraTags">Tags of this value besides the gauge's own.</param>
#pragma warning disable CA1716 // The name is the official SDK's.
    public abstract void Set(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null);
#pragma warning restore CA1716

    /// <summary>Makes a gauge that adds tags to every value.</summary>
    /// <param name="tags">The tags.</param>
    /// <returns>The gauge with tags.</returns>
    public abstract MetricGauge<T> WithTags(IEnumerable<KeyValuePair<string, object>> tags);
}
