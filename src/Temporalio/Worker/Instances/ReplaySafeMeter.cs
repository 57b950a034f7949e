using Temporalio.Common;

namespace Temporalio.Worker.Instances;

/// <summary>A meter that records nothing while history is repeated, or when there is no meter behind.</summary>
internal sealed class ReplaySafeMeter(MetricMeter? inner, WorkflowInstance instance) : MetricMeter
{
    /// <inheritdoc/>
    public override MetricCounter<T> CreateCounter<T>(string name, string? unit = null, string? description = null) =>
        new Counter<T>(name, unit, description, inner?.CreateCounter<T>(name, unit, description), instance);

    /// <inheritdoc/>
    public override MetricHistogram<T> CreateHistogram<T>(string name, string? unit = null, string? description = null) =>
        new Histogram<T>(name, unit, description, inner?.CreateHistogram<T>(name, unit, description), instance);

    /// <inheritdoc/>
    public override MetricGauge<T> CreateGauge<T>(string name, string? unit = null, string? description = null) =>
        new Gauge<T>(name, unit, description, inner?.CreateGauge<T>(name, unit, description), instance);

    /// <inheritdoc/>
    public override MetricMeter WithTags(IEnumerable<KeyValuePair<string, object>> tags) => new ReplaySafeMeter(inner?.WithTags(tags), instance);

    private sealed class Counter<T>(string name, string? unit, string? description, MetricCounter<T>? inner, WorkflowInstance instance)
        : MetricCounter<T>(name, unit, description)
        where T : struct
    {
        public override void Add(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null)
        {
            if (!instance.IsReplaying)
            {
                inner?.Add(value, extraTags);
            }
        }

        public override MetricCounter<T> WithTags(IEnumerable<KeyValuePair<string, object>> tags) =>
            new Counter<T>(Name, Unit, Description, inner?.WithTags(tags), instance);
    }

    private sealed class Histogram<T>(string name, string? unit, string? description, MetricHistogram<T>? inner, WorkflowInstance instance)
        : MetricHistogram<T>(name, unit, description)
        where T : struct
    {
        public override void Record(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null)
        {
            if (!instance.IsReplaying)
            {
                inner?.Record(value, extraTags);
            }
        }

        public override MetricHistogram<T> WithTags(IEnumerable<KeyValuePair<string, object>> tags) =>
            new Histogram<T>(Name, Unit, Description, inner?.WithTags(tags), instance);
    }

    private sealed class Gauge<T>(string name, string? unit, string? description, MetricGauge<T>? inner, WorkflowInstance instance)
        : MetricGauge<T>(name, unit, description)
        where T : struct
    {
        public override void Set(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null)
        {
            if (!instance.IsReplaying)
            {
                inner?.Set(value, extraTags);
            }
        }

        public override MetricGauge<T> WithTags(IEnumerable<KeyValuePair<string, object>> tags) =>
            new Gauge<T>(Name, Unit, Description, inner?.WithTags(tags), instance);
    }
}
