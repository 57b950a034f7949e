namespace Lakehouse.Datasets;

/// <summary>A column without any value in a partition's rows.</summary>
/// <param name="Column">The column.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record EmptyColumn(string Column, string Partition, long Rows);
