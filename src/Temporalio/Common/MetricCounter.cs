namespace Temporalio.Common;

/// <summary>A metric that only grows.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public abstract class MetricCounter<T> : Metric<T>
    where T : struct
{
    /// <summary>Creates the counter.</summary>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it counts.</param>
    protected MetricCounter(string name, string? unit = null, string? description = null)
        : base(name, unit, description)
    {
    }

    /// <summary>Adds to the counter.</summary>
    /// <param name="value">How much; not negative.</param>
    /// <param name="extraTags">Tags of this value besides the counter's own.</param>
    public abstract void Add(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null);

    /// <summary>Makes a counter that adds tags to every value.</summary>
    /// <param name="tags">The tags.</param>
    /// <returns>The counter with tags.</returns>
    public abstract MetricCounter<T> WithTags(IEnumerable<KeyValuePair<string, object>> tags);
}
