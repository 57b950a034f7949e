namespace Temporalio.Runtime;

/// <summary>A metric of a custom meter.</summary>
/// <typeparam name="T">Type of its values.</typeparam>
#pragma warning disable CA1040 // The official SDK's marker.
public interface ICustomMetric<T>
    where T : struct
{
}
#pragma warning restore CA1040
