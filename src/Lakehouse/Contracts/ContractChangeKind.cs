namespace Lakehouse.Contracts;

/// <summary>Kinds of difference between two versions of a contract.</summary>
public enum ContractChangeKind
{
    /// <summary>A table is new.</summary>
    TableAdded,

    /// <summary>A table is gone.</summary>
    TableRemoved,

    /// <summary>A column is new.</summary>
    ColumnAdded,

    /// <summary>A column is gone.</summary>
    ColumnRemoved,

    /// <summary>A column is gone and another came that is probably the same.</summary>
    ColumnRenamed,

    /// <summary>A column has another type.</summary>
    TypeChanged,

    /// <summary>A column may now be null, or may no longer.</summary>
    NullabilityChanged,

    /// <summary>The primary key or a unique column changed.</summary>
    KeyChanged,

    /// <summary>Limits on values became wider or narrower.</summary>
    LimitsChanged,

    /// <summary>A quality rule came, went or changed.</summary>
    QualityChanged,

    /// <summary>The classification of a column changed.</summary>
    ClassificationChanged,

    /// <summary>A column was announced to go, or is no longer.</summary>
    DeprecationChanged,

    /// <summary>The columns stand in another order.</summary>
    ColumnsReordered,

    /// <summary>A header generation of the source files came, went or changed.</summary>
    HeadersChanged,

    /// <summary>A description, tag or another text for people changed.</summary>
    DocumentationChanged,
}
