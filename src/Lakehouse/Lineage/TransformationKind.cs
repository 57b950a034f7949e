namespace Lakehouse.Lineage;

/// <summary>How a value comes from a column; the names are those of OpenLineage's column lineage facet.</summary>
public enum TransformationKind
{
    /// <summary>Direct: the value itself.</summary>
    Identity,

    /// <summary>Direct: computed from the value, row by row.</summary>
    Transformation,

    /// <summary>Direct: computed from the values of many rows.</summary>
    Aggregation,

    /// <summary>Indirect: the column decides in a CASE or an aggregate's FILTER which value is taken.</summary>
    Conditional,

    /// <summary>Indirect: the column partitions or orders a window.</summary>
    Window,

    /// <summary>Indirect: rows are joined by the column.</summary>
    Join,

    /// <summary>Indirect: rows are kept or left out by the column.</summary>
    Filter,

    /// <summary>Indirect: rows are grouped, or made distinct, by the column.</summary>
    GroupBy,

    /// <summary>Indirect: rows are put in order by the column.</summary>
    Sort,
}
