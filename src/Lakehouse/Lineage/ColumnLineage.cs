namespace Lakehouse.Lineage;

/// <summary>Where one column of a result comes from.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Type">Its SQL type.</param>
/// <param name="Sources">What its values depend on, in order of table, column and kind; empty for a constant.</param>
public sealed record ColumnLineage(string Name, string Type, IReadOnlyList<LineageEdge> Sources);
