namespace Temporalio.Common;

/// <summary>A metric.</summary>
public abstract class Metric
{
    private protected Metric(string name, string? unit, string? description)
    {
        Name = name;
        Unit = unit;
        Description = description;
    }

    /// <summary>Name of the metric.</summary>
    public string Name { get; }

    /// <summary>Unit of its values; null when none was given.</summary>
    public string? Unit { get; }

    /// <summary>What it counts; null when not described.</summary>
    public string? Description { get; }
}
