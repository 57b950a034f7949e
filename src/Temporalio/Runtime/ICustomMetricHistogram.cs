namespace Temporalio.Runtime;

/// <summary>A histogram of a custom meter.</summary>
/// <typeparam name="T">Type of its values.</typeparam>
public interface ICustomMetricHistogram<T> : ICustomMetric<T>
    where T : struct
{
    /// <summary>Records a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="tags">Tags made by the meter.</param>
    void Record(T value, object tags);
}
