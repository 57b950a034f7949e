namespace Lakehouse.Contracts;

/// <summary>How a file's header maps to a table.</summary>
/// <param name="Generation">The header generation that fits.</param>
/// <param name="Columns">For each field of the file, in file order, the column that it fills; null for one that is passed over.</param>
/// <param name="Reordered">True when the fields stand in another order than the generation declares.</param>
/// <param name="Absent">Optional columns that the file lacks.</param>
/// <param name="Discarded">Fields of the file that are passed over; empty unless the contract allows it.</param>
public sealed record HeaderMatch(
    HeaderGeneration Generation,
    IReadOnlyList<HeaderColumn?> Columns,
    bool Reordered,
    IReadOnlyList<HeaderColumn> Absent,
    IReadOnlyList<string> Discarded);
