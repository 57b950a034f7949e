namespace Lakehouse.Contracts;

/// <summary>Metrics of the standard's library.</summary>
public enum QualityMetric
{
    /// <summary>Number of nulls.</summary>
    NullValues,

    /// <summary>Number of values that count as missing.</summary>
    MissingValues,

    /// <summary>Number of values outside a list or pattern; null is never one.</summary>
    InvalidValues,

    /// <summary>Number of distinct values that occur more than once; nulls are left out.</summary>
    DuplicateValues,

    /// <summary>Number of rows.</summary>
    RowCount,
}
