namespace Lakehouse.Quality.Statistics;

/// <summary>A metric's value for one partition.</summary>
/// <param name="Start">When the partition begins.</param>
/// <param name="Value">The value: rows, nulls, a mean.</param>
public readonly record struct MetricPoint(DateTime Start, double Value);
