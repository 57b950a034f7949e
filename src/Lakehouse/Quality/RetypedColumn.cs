namespace Lakehouse.Quality;

/// <summary>A column that is there with another type than declared.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Declared">The declared type.</param>
/// <param name="Seen">The type that is there.</param>
public sealed record RetypedColumn(string Column, string Declared, string Seen);
