namespace Lakehouse.Contracts;

/// <summary>One form that the header line of a table's source files may have.</summary>
/// <param name="Name">Name of the generation, kept with every row read through it.</param>
/// <param name="Columns">The header's columns in the order they are expected.</param>
public sealed record HeaderGeneration(string Name, IReadOnlyList<HeaderColumn> Columns);
