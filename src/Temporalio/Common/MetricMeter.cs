namespace Temporalio.Common;

/// <summary>Creates metrics that end up where the runtime's own metrics go.</summary>
public abstract class MetricMeter
{
    /// <summary>Creates a counter.</summary>
    /// <typeparam name="T">A whole-number type.</typeparam>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it counts.</param>
    /// <returns>The counter.</returns>
    public abstract MetricCounter<T> CreateCounter<T>(string name, string? unit = null, string? description = null)
        where T : struct;

    /// <summary>Creates a histogram.</summary>
    /// <typeparam name="T">A whole-number or floating-point type, or <see cref="TimeSpan"/>.</typeparam>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it measures.</param>
    /// <returns>The histogram.</returns>
    public abstract MetricHistogram<T> CreateHistogram<T>(string name, string? unit = null, string? description = null)
        where T : struct;

    /// <summary>Creates a gauge.</summary>
    /// <typeparam name="T">A whole-number or floating-point type.</typeparam>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it measures.</param>
    /// <returns>The gauge.</returns>
    public abstract MetricGauge<T> CreateGauge<T>(string name, string? unit = null, string? description = null)
        where T : struct;

    /// <summary>Makes a meter whose metrics carry tags.</summary>
    /// <param name="tags">The tags.</param>
    /// <returns>The meter with tags.</returns>
    public abstract MetricMeter WithTags(IEnumerable<KeyValuePair<string, object>> tags);
}
