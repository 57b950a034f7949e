using System.Collections.Concurrent;
using System.Text;

namespace Temporalio.Runtime.Metrics;

/// <summary>One metric with all its sets of tags.</summary>
internal sealed class MetricFamily(string name, string? unit, string? description, MetricKind kind, bool whole, double[] bounds)
{
    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    /// <summary>Name, without suffixes.</summary>
    public string Name => name;

    /// <summary>Unit; null without one.</summary>
    public string? Unit => unit;

    /// <summary>What it tells; null when not described.</summary>
    public string? Description => description;

    /// <summary>Kind.</summary>
    public MetricKind Kind => kind;

    /// <summary>Whether its values are whole numbers.</summary>
    public bool IsWhole => whole;

    /// <summary>Upper bounds of buckets.</summary>
    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Takes a value.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new StringBuilder();
        foreach (var (tag, text) in tags)
        {
            key.Append(tag).Append('\u0001').Append(text).Append('\u0002');
        }

        var id = key.ToString();
        if (!_series.TryGetValue(id, out var series))
        {
            var sorted = tags.ToArray().OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
            series = _series.GetOrAdd(id, _ => new(kind, sorted, bounds));
        }

        series.Record(value);
    }

    /// <summary>All values so far; begins anew when asked to.</summary>
    public IReadOnlyList<MetricPoint> Read(bool reset = false) =>
        [.. _series.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value.Read(reset)).Where(p => p.Count > 0)];
}
