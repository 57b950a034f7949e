namespace Lakehouse.Delta.Pruning;

/// <summary>One condition on a column of the table.</summary>
/// <param name="Column">Name of a column, not of a part of one.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">
/// With what: <see cref="long"/> for whole numbers, <see cref="decimal"/>, <see cref="double"/>, <see cref="string"/>, <see cref="bool"/>, <see cref="DateOnly"/>,
/// <see cref="DateTimeOffset"/> for timestamp, <see cref="DateTime"/> for timestamp_ntz; null for <c>IS NULL</c> and <c>IS NOT NULL</c>. A value of another type than the
/// column's excludes nothing.
/// </param>
public sealed record ColumnPredicate(string Column, ComparisonOperator Operator, object? Value = null);
