namespace Lakehouse.Quality.Statistics;

/// <summary>A metric's value for one partition.</summary>
/// <param name="Day">The partition's day.</param>
/// <param name="Value">The value: rows, nulls, a mean.</param>
public readonly record struct MetricPoint(DateOnly Day, double Value);
