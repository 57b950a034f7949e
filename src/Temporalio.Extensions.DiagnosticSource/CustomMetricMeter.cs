using System.Diagnostics.Metrics;
using Temporalio.Runtime;
using Temporalio.Workflows;

namespace Temporalio.Extensions.DiagnosticSource;

/// <summary>
/// Hands the SDK's metrics, and those of workflows and activities, to a .NET <see cref="System.Diagnostics.Metrics.Meter"/>: set it as
/// <see cref="MetricsOptions.CustomMetricMeter"/>, and whatever listens to the meter (OpenTelemetry, <c>dotnet-counters</c>) has them.
/// </summary>
public class CustomMetricMeter : ICustomMetricMeter
{
    private readonly bool _untraced;

    /// <summary>Creates a custom meter.</summary>
    /// <param name="meter">The meter; it stays the caller's to dispose.</param>
    /// <param name="disableWorkflowTracingEventListener">
    /// Whether listeners of the meter may do what workflow code must not, such as waiting for a lock. Default: false, it is reported as in workflow code.
    /// </param>
    public CustomMetricMeter(Meter meter, bool disableWorkflowTracingEventListener = false)
    {
        ArgumentNullException.ThrowIfNull(meter);
        (Meter, _untraced) = (meter, disableWorkflowTracingEventListener);
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <inheritdoc/>
    public ICustomMetricCounter<T> CreateCounter<T>(string name, string? unit, string? description)
        where T : struct
    {
        var counter = Meter.CreateCounter<T>(name, unit, description);
        return new Metric<T>((value, tags) => counter.Add(value, tags), _untraced);
    }

    /// <inheritdoc/>
    public ICustomMetricHistogram<T> CreateHistogram<T>(string name, string? unit, string? description)
        where T : struct
    {
        if (typeof(T) == typeof(TimeSpan))
        {
            // A meter has no durations: whole milliseconds, and the unit says so.
            var milliseconds = Meter.CreateHistogram<long>(name, unit == "duration" ? "ms" : unit, description);
            return new Metric<T>((value, tags) => milliseconds.Record((long)((TimeSpan)(object)value).TotalMilliseconds, tags), _untraced);
        }

        var histogram = Meter.CreateHistogram<T>(name, unit, description);
        return new Metric<T>((value, tags) => histogram.Record(value, tags), _untraced);
    }

    /// <inheritdoc/>
    public ICustomMetricGauge<T> CreateGauge<T>(string name, string? unit, string? description)
        where T : struct
    {
        var gauge = Meter.CreateGauge<T>(name, unit, description);
        return new Metric<T>((value, tags) => gauge.Record(value, tags), _untraced);
    }

    /// <inheritdoc/>
    public object CreateTags(object? appendFrom, IReadOnlyCollection<KeyValuePair<string, object>> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return new Tags([.. (appendFrom as Tags)?.List ?? [], .. tags.Select(t => new KeyValuePair<string, object?>(t.Key, t.Value))]);
    }

    private delegate void Record<T>(T value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    private sealed record Tags(KeyValuePair<string, object?>[] List);

    private sealed class Metric<T>(Record<T> record, bool untraced) : ICustomMetricCounter<T>, ICustomMetricHistogram<T>, ICustomMetricGauge<T>
        where T : struct
    {
        void ICustomMetricCounter<T>.Add(T value, object tags) => Write(value, tags);

        void ICustomMetricHistogram<T>.Record(T value, object tags) => Write(value, tags);

        void ICustomMetricGauge<T>.Set(T value, object tags) => Write(value, tags);

        private void Write(T value, object tags)
        {
            if (untraced && Workflow.InWorkflow)
            {
                Workflow.Unsafe.WithTracingEventListenerDisabled(() => record(value, ((Tags)tags).List));
            }
            else
            {
                record(value, ((Tags)tags).List);
            }
        }
    }
}
