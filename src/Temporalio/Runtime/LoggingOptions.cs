namespace Temporalio.Runtime;

/// <summary>Which log messages of workers are sent to a logger of the runtime.</summary>
public class LoggingOptions : ICloneable
{
    /// <summary>Creates options that send messages nowhere but to the workers' own loggers.</summary>
    public LoggingOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="filter">Which messages are forwarded.</param>
    public LoggingOptions(TelemetryFilterOptions filter) => Filter = filter;

    /// <summary>Which messages are forwarded. Default: warnings and errors.</summary>
    public TelemetryFilterOptions Filter { get; set; } = new();

    /// <summary>Where messages are forwarded to. Default: nowhere.</summary>
    public LogForwardingOptions? Forwarding { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (LoggingOptions)MemberwiseClone();
        copy.Filter = (TelemetryFilterOptions)Filter.Clone();
        copy.Forwarding = (LogForwardingOptions?)Forwarding?.Clone();
        return copy;
    }
}
