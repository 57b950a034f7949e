namespace Temporalio.Runtime;

/// <summary>Where metrics and log messages go.</summary>
public class TelemetryOptions : ICloneable
{
    /// <summary>Where metrics go. Default: nowhere.</summary>
    public MetricsOptions? Metrics { get; set; }

    /// <summary>Which log messages of workers also go to a logger of the runtime. Default: none.</summary>
    public LoggingOptions? Logging { get; set; } = new();

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (TelemetryOptions)MemberwiseClone();
        copy.Metrics = (MetricsOptions?)Metrics?.Clone();
        copy.Logging = (LoggingOptions?)Logging?.Clone();
        return copy;
    }
}
