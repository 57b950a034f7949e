namespace Temporalio.Runtime;

/// <summary>Options of a runtime.</summary>
public class TemporalRuntimeOptions : ICloneable
{
    /// <summary>Creates default options.</summary>
    public TemporalRuntimeOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="telemetry">Logs and metrics.</param>
    public TemporalRuntimeOptions(TelemetryOptions telemetry) => Telemetry = telemetry;

    /// <summary>Logs and metrics. Default: no metrics.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (TemporalRuntimeOptions)MemberwiseClone();
        copy.Telemetry = (TelemetryOptions)Telemetry.Clone();
        return copy;
    }
}
