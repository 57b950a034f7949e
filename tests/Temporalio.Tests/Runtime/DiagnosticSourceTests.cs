using System.Diagnostics.Metrics;
using Temporalio.Common;
using Temporalio.Extensions.DiagnosticSource;
using Temporalio.Runtime;

namespace Temporalio.Tests.Runtime;

/// <summary>Metrics of the SDK on a .NET meter.</summary>
public sealed class DiagnosticSourceTests : IDisposable
{
    private readonly Meter _meter = new("tests");
    private readonly MeterListener _listener = new();
    private readonly List<string> _seen = [];

    public DiagnosticSourceTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    [Fact]
    public void Metrics_OfEveryKind_ReachTheMeter()
    {
        var meter = MetricMeter(CustomMetricMeterOptions.DurationFormat.IntegerMilliseconds);

        meter.CreateCounter<int>("starts", "1", "starts").Add(3);
        meter.CreateGauge<double>("load").Set(0.5);
        meter.CreateHistogram<TimeSpan>("latency", "duration").Record(TimeSpan.FromMilliseconds(1500));

        Assert.Equal(["Counter starts 1: 3 []", "Gauge load : 0.5 []", "Histogram latency duration: 1500 []"], _seen);
    }

    [Fact]
    public void Durations_AsTimeSpans_BecomeMilliseconds()
    {
        MetricMeter(CustomMetricMeterOptions.DurationFormat.TimeSpan).CreateHistogram<TimeSpan>("latency", "duration").Record(TimeSpan.FromSeconds(2));

        Assert.Equal(["Histogram latency ms: 2000 []"], _seen);
    }

    [Fact]
    public void Tags_OfTwoSetsFromOne_DoNotMix()
    {
        var ten = Enumerable.Range(0, 10).Select(n => new KeyValuePair<string, object>($"t{n}", n));
        var counter = MetricMeter(default).WithTags(ten).CreateCounter<long>("c");
        var left = counter.WithTags([new("side", "left")]);
        var right = counter.WithTags([new("side", "right")]);

        left.Add(1);
        right.Add(2);
        counter.Add(3);

        var all = "t0=0, t1=1, t2=2, t3=3, t4=4, t5=5, t6=6, t7=7, t8=8, t9=9";
        Assert.Equal([$"Counter c : 1 [{all}, side=left]", $"Counter c : 2 [{all}, side=right]", $"Counter c : 3 [{all}]"], _seen);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private MetricMeter MetricMeter(CustomMetricMeterOptions.DurationFormat durations) => new TemporalRuntime(new()
    {
        Telemetry = new()
        {
            Metrics = new()
            {
                CustomMetricMeter = new CustomMetricMeter(_meter),
                CustomMetricMeterOptions = new() { HistogramDurationFormat = durations },
                AttachServiceName = false,
            },
        },
    }).MetricMeter;

    private void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Add(FormattableString.Invariant($"{instrument.GetType().Name.Split('`')[0]} {instrument.Name} {instrument.Unit}: {value} [{string.Join(", ", tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}]"));
}
