namespace Lakehouse.Contracts;

/// <summary>How one column of a source file's header maps to a column of the table.</summary>
/// <param name="Name">Name of the table's column.</param>
/// <param name="Header">The text in the header, compared exactly.</param>
/// <param name="Optional">True when a file may lack the column; its values are then null.</param>
public sealed record HeaderColumn(string Name, string Header, bool Optional);
