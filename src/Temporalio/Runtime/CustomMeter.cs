using System.Globalization;
using Temporalio.Common;
using static Temporalio.Runtime.CustomMetricMeterOptions;

namespace Temporalio.Runtime;

/// <summary>Hands metrics to a user's meter. Whole numbers travel as <see cref="long"/>, others as <see cref="double"/>.</summary>
internal sealed class CustomMeter : MetricMeter
{
    private readonly ICustomMetricMeter _meter;
    private readonly DurationFormat _durations;
    private readonly object _tags;

    internal CustomMeter(ICustomMetricMeter meter, DurationFormat durations, object tags)
    {
        _meter = meter;
        _durations = durations;
        _tags = tags;
    }

    public override MetricCounter<T> CreateCounter<T>(string name, string? unit = null, string? description = null) => IsWhole<T>()
        ? new Counter<T>(this, _meter.CreateCounter<long>(name, unit, description), _tags, name, unit, description)
        : throw Unsupported<T>("counter");

    public override MetricGauge<T> CreateGauge<T>(string name, string? unit = null, string? description = null)
    {
        if (IsWhole<T>())
        {
            var gauge = _meter.CreateGauge<long>(name, unit, description);
            return new Gauge<T>(this, (value, tags) => gauge.Set(ToLong(value), tags), _tags, name, unit, description);
        }

        if (IsFloat<T>())
        {
            var gauge = _meter.CreateGauge<double>(name, unit, description);
            return new Gauge<T>(this, (value, tags) => gauge.Set(ToDouble(value), tags), _tags, name, unit, description);
        }

        throw Unsupported<T>("gauge");
    }

    public override MetricHistogram<T> CreateHistogram<T>(string name, string? unit = null, string? description = null)
    {
        if (typeof(T) == typeof(TimeSpan))
        {
            return CreateDurations<T>(name, unit, description);
        }

        if (IsWhole<T>())
        {
            var histogram = _meter.CreateHistogram<long>(name, unit, description);
            return new Histogram<T>(this, (value, tags) => histogram.Record(ToLong(value), tags), _tags, name, unit, description);
        }

        if (IsFloat<T>())
        {
            var histogram = _meter.CreateHistogram<double>(name, unit, description);
            return new Histogram<T>(this, (value, tags) => histogram.Record(ToDouble(value), tags), _tags, name, unit, description);
        }

        throw Unsupported<T>("histogram");
    }

    public override MetricMeter WithTags(IEnumerable<KeyValuePair<string, object>> tags) => new CustomMeter(_meter, _durations, Append(_tags, tags));

    private static bool IsWhole<T>() =>
        typeof(T) == typeof(long) || typeof(T) == typeof(int) || typeof(T) == typeof(short) || typeof(T) == typeof(byte)
        || typeof(T) == typeof(uint) || typeof(T) == typeof(ulong) || typeof(T) == typeof(ushort) || typeof(T) == typeof(sbyte);

    private static bool IsFloat<T>() => typeof(T) == typeof(double) || typeof(T) == typeof(float);

    private static long ToLong<T>(T value)
        where T : struct => value is long whole ? whole : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static double ToDouble<T>(T value)
        where T : struct => value is double number ? number : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static ArgumentException Unsupported<T>(string kind) => new($"A {kind} cannot have values of type '{typeof(T)}'.");

    private Histogram<T> CreateDurations<T>(string name, string? unit, string? description)
        where T : struct
    {
        switch (_durations)
        {
            case DurationFormat.FloatSeconds:
                var seconds = _meter.CreateHistogram<double>(name, unit, description);
                return new(this, (value, tags) => seconds.Record(((TimeSpan)(object)value).TotalSeconds, tags), _tags, name, unit, description);
            case DurationFormat.TimeSpan:
                var spans = _meter.CreateHistogram<TimeSpan>(name, unit, description);
                return new(this, (value, tags) => spans.Record((TimeSpan)(object)value, tags), _tags, name, unit, description);
            default:
                var millis = _meter.CreateHistogram<long>(name, unit, description);
                return new(this, (value, tags) => millis.Record((long)((TimeSpan)(object)value).TotalMilliseconds, tags), _tags, name, unit, description);
        }
    }

    private object Append(object tags, IEnumerable<KeyValuePair<string, object>>? extra) =>
        extra is null ? tags : _meter.CreateTags(tags, [.. extra]);

    private sealed class Counter<T>(CustomMeter meter, ICustomMetricCounter<long> counter, object tags, string name, string? unit, string? description)
        : MetricCounter<T>(name, unit, description)
        where T : struct
    {
        public override void Add(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null) =>
            counter.Add(ToLong(value), meter.Append(tags, extraTags));

        public override MetricCounter<T> WithTags(IEnumerable<KeyValuePair<string, object>> extraTags) =>
            new Counter<T>(meter, counter, meter.Append(tags, extraTags), Name, Unit, Description);
    }

    private sealed class Histogram<T>(CustomMeter meter, Action<T, object> record, object tags, string name, string? unit, string? description)
        : MetricHistogram<T>(name, unit, description)
        where T : struct
    {
        public override void Record(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null) =>
            record(value, meter.Append(tags, extraTags));

        public override MetricHistogram<T> WithTags(IEnumerable<KeyValuePair<string, object>> extraTags) =>
            new Histogram<T>(meter, record, meter.Append(tags, extraTags), Name, Unit, Description);
    }

    private sealed class Gauge<T>(CustomMeter meter, Action<T, object> set, object tags, string name, string? unit, string? description)
        : MetricGauge<T>(name, unit, description)
        where T : struct
    {
        public override void Set(T value, IEnumerable<KeyValuePair<string, object>>? extraTags = null) =>
            set(value, meter.Append(tags, extraTags));

        public override MetricGauge<T> WithTags(IEnumerable<KeyValuePair<string, object>> extraTags) =>
            new Gauge<T>(meter, set, meter.Append(tags, extraTags), Name, Unit, Description);
    }
}
