namespace Temporalio.Common;

/// <summary>A metric that shows how values are distributed.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public abstract class MetricHistogram<T> : Metric<T>
    where T : struct
{
    /// <summary>Creates the histogram.</summary>
    /// <param name="name">Name of the metric.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="description">What it measures.</param>
    protected MetricHistogram(string name, string? unit = null, string? description = null)
        : base(name, unit, description)
    {
    }

    /// <summary>Records a value.</summary>
    /// <param name="value">The value; not negative.</param>
    /// <param name="extraTags">Tags of this value besides the histogram's own.</param>
    public abstract void Record(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null);

    /// <summary>Makes a histogram that adds tags to every value.</summary>
    /// <param name="tags">The tags.</param>
    /// <returns>The histogram with tags.</returns>
    public abstract MetricHistogram<T> WithTags(IEnumerable<KeyValuePair<string, object>> tags);
}
