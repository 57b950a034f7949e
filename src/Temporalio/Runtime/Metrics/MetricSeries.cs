namespace Temporalio.Runtime.Metrics;

/// <summary>The values of one metric with one set of tags.</summary>
internal sealed class MetricSeries(MetricKind kind, IReadOnlyList<KeyValuePair<string, object?>> tags, double[] bounds)
{
    private readonly long[] _buckets = kind == MetricKind.Histogram ? new long[bounds.Length + 1] : [];
    private readonly Lock _lock = new();
    private double _sum;
    private long _count;

    /// <summary>The tags, sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

    /// <summary>Takes a value.</summary>
    public void Record(double value)
    {
        lock (_lock)
        {
            _count++;
            _sum = kind == MetricKind.Gauge ? value : _sum + value;
            if (kind == MetricKind.Histogram)
            {
                // A bound belongs to the bucket below it.
                var index = Array.BinarySearch(bounds, value);
                _buckets[index < 0 ? ~index : index]++;
            }
        }
    }

    /// <summary>The values so far; begins anew when asked to.</summary>
    public MetricPoint Read(bool reset)
    {
        lock (_lock)
        {
            var point = new MetricPoint(tags, _sum, _count, [.. _buckets]);
            if (reset && kind != MetricKind.Gauge)
            {
                (_sum, _count) = (0, 0);
                Array.Clear(_buckets);
            }

            return point;
        }
    }
}
