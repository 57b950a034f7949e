namespace Lakehouse.Lineage;

/// <summary>Where the result of a query comes from.</summary>
public sealed record QueryLineage
{
    /// <summary>Tables that are read, each once, in ordinal order.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>The result's columns in their order. When <see cref="IsExact"/> is false their sources are not known and empty.</summary>
    public required IReadOnlyList<ColumnLineage> Columns { get; init; }

    /// <summary>Columns that decide which rows the whole result has: of joins, filters, groups, windows and sorting.</summary>
    public required IReadOnlyList<LineageEdge> Rows { get; init; }

    /// <summary>False when the engine's plan could not be read to its end: then only <see cref="Tables"/> and the columns' names hold.</summary>
    public required bool IsExact { get; init; }

    /// <summary>Why the lineage is not exact; null when it is.</summary>
    public string? Reason { get; init; }
}
