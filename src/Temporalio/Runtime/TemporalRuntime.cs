using Temporalio.Common;

namespace Temporalio.Runtime;

/// <summary>What connections and workers of a process share: at present the metrics.</summary>
public sealed class TemporalRuntime
{
    private static readonly Lazy<TemporalRuntime> LazyDefault = new(() => new(new()));

    /// <summary>Creates a runtime.</summary>
    /// <param name="options">Options; copied.</param>
    public TemporalRuntime(TemporalRuntimeOptions options) => MetricMeter = MetricMeterFactory.Create(options.Telemetry.Metrics);

    /// <summary>The runtime of connections that were given none. Created on first use.</summary>
    public static TemporalRuntime Default => LazyDefault.Value;

    /// <summary>Meter for metrics of one's own; does nothing unless the runtime's options say where metrics go.</summary>
    public MetricMeter MetricMeter { get; }
}
