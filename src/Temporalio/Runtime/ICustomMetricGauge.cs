namespace Temporalio.Runtime;

/// <summary>A gauge of a custom meter.</summary>
/// <typeparam name="T">Type of its values.</typeparam>
public interface ICustomMetricGauge<T> : ICustomMetric<T>
    where T : struct
{
    /// <summary>Sets the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="tags">Tags made by the meter.</param>
#pragma warning disable CA1716 // The name is the official SDK's.
    void Set(T value, object tags);
#pragma warning restore CA1716
}
