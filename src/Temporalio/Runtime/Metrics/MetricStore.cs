using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Temporalio.Runtime.Metrics;

/// <summary>Keeps what a meter's instruments measure, for an exporter to read.</summary>
internal sealed class MetricStore : IDisposable
{
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly HistogramBuckets _buckets;

    /// <summary>Listens to a meter from now on.</summary>
    public MetricStore(Meter meter, HistogramBuckets buckets)
    {
        _buckets = buckets;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>The metrics by name.</summary>
    public IEnumerable<MetricFamily> Families => _families.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    // Two instruments of one name are one metric, as the exporters have no other way to tell them apart.
    private MetricFamily FamilyOf(Instrument instrument) => _families.GetOrAdd(instrument.Name, _ => new(
        instrument.Name,
        instrument.Unit,
        instrument.Description,
        instrument switch
        {
            Counter<long> or Counter<double> => MetricKind.Counter,
            Histogram<long> or Histogram<double> => MetricKind.Histogram,
            _ => MetricKind.Gauge,
        },
        instrument is Counter<long> or Histogram<long> or Gauge<long>,
        _buckets.Of(instrument)));
}
