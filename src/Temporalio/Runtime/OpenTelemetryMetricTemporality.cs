namespace Temporalio.Runtime;

/// <summary>What an exported value counts from.</summary>
public enum OpenTelemetryMetricTemporality
{
    /// <summary>From the start of the runtime.</summary>
    Cumulative,

    /// <summary>From the export before.</summary>
    Delta,
}
