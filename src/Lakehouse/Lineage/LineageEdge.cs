namespace Lakehouse.Lineage;

/// <summary>One column that something depends on.</summary>
/// <param name="Table">Name of the table, as the query names it.</param>
/// <param name="Column">Name of its column. A field within a struct counts as the struct.</param>
/// <param name="Kind">How.</param>
/// <param name="IsMasking">True when the value went through a hash, so that it cannot be read off the result.</param>
public sealed record LineageEdge(string Table, string Column, TransformationKind Kind, bool IsMasking = false)
{
    /// <summary>True when the value itself depends on the column, not only which rows there are or which value is taken.</summary>
    public bool IsDirect => Kind <= TransformationKind.Aggregation;

    /// <inheritdoc/>
    public override string ToString() => $"{Table}.{Column} {Kind}{(IsMasking ? " masked" : "")}";
}
