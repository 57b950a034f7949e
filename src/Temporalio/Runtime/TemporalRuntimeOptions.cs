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

    /// <summary>
    /// Time between two reports of a worker about itself to the server, at least one second; null switches them off. Servers that do not
    /// say that they take such reports get none. Default: 60 seconds.
    /// </summary>
    public TimeSpan? WorkerHeartbeatInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a worker's reports leave out what kind of machine it runs on. Default: false.</summary>
    public bool DisableEnvironmentInfo { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (TemporalRuntimeOptions)MemberwiseClone();
        copy.Telemetry = (TelemetryOptions)Telemetry.Clone();
        return copy;
    }
}
