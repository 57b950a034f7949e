namespace Temporalio.Runtime.Metrics;

/// <summary>The values of one metric with one set of tags at one moment.</summary>
/// <param name="Tags">The tags, sorted by name.</param>
/// <param name="Value">Sum of the values; of a gauge the latest one.</param>
/// <param name="Count">How many values there were.</param>
/// <param name="Buckets">Of a histogram: how many values fell into each bucket, the last one without an upper bound.</param>
internal sealed record MetricPoint(IReadOnlyList<KeyValuePair<string, object?>> Tags, double Value, long Count, IReadOnlyList<long> Buckets);
