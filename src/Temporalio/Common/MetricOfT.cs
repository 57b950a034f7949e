namespace Temporalio.Common;

/// <summary>A metric with values of one type.</summary>
/// <typeparam name="T">Type of the values: a whole or floating-point number, or a duration where the kind allows it.</typeparam>
public abstract class Metric<T> : Metric
    where T : struct
{
    private protected Metric(string name, string? unit, string? description)
        : base(name, unit, description)
    {
    }
}
