namespace Temporalio.Runtime;

/// <summary>Takes the metrics of a runtime elsewhere. Must be thread safe and quick.</summary>
public interface ICustomMetricMeter
{
    /// <summary>Creates a counter.</summary>
    /// <typeparam name="T">Always <see cref="long"/>.</typeparam>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it counts.</param>
    /// <returns>The counter.</returns>
    ICustomMetricCounter<T> CreateCounter<T>(string name, string? unit, string? description)
        where T : struct;

    /// <summary>Creates a histogram.</summary>
    /// <typeparam name="T"><see cref="long"/>, <see cref="double"/> or <see cref="TimeSpan"/>.</typeparam>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it measures.</param>
    /// <returns>The histogram.</returns>
    ICustomMetricHistogram<T> CreateHistogram<T>(string name, string? unit, string? description)
        where T : struct;

    /// <summary>Creates a gauge.</summary>
    /// <typeparam name="T"><see cref="long"/> or <see cref="double"/>.</typeparam>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it measures.</param>
    /// <returns>The gauge.</returns>
    ICustomMetricGauge<T> CreateGauge<T>(string name, string? unit, string? description)
        where T : struct;

    /// <summary>Makes a set of tags.</summary>
    /// <param name="appendFrom">Set made before that the new one starts from; null for none.</param>
    /// <param name="tags">Tags to add; values are text, whole or floating-point numbers, or booleans.</param>
    /// <returns>The set, handed back with values.</returns>
    object CreateTags(object? appendFrom, IReadOnlyCollection<KeyValuePair<string, object>> tags);
}
