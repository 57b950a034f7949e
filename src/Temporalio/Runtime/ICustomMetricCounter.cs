namespace Temporalio.Runtime;

/// <summary>A counter of a custom meter.</summary>
/// <typeparam name="T">Type of its values.</typeparam>
public interface ICustomMetricCounter<T> : ICustomMetric<T>
    where T : struct
{
    /// <summary>Adds to the counter.</summary>
    /// <param name="value">How much.</param>
    /// <param name="tags">Tags made by the meter.</param>
    void Add(T value, object tags);
}
