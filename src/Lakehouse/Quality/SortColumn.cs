namespace Lakehouse.Quality;

/// <summary>A column to order by.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Descending">True for the greatest first. Default: false.</param>
/// <param name="NullsLast">True to put nulls behind all values. Default: true.</param>
public sealed record SortColumn(string Column, bool Descending = false, bool NullsLast = true);
