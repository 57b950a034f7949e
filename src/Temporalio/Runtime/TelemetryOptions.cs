namespace Temporalio.Runtime;

/// <summary>Where metrics go.</summary>
public class TelemetryOptions : ICloneable
{
    /// <summary>Where metrics go. Default: nowhere.</summary>
    public MetricsOptions? Metrics { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (TelemetryOptions)MemberwiseClone();
        copy.Metrics = (MetricsOptions?)Metrics?.Clone();
        return copy;
    }
}
