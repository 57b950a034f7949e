namespace Lakehouse.Delta.Schema;

/// <summary>How columns are found in the files (PROTOCOL.md, "Column Mapping").</summary>
public enum ColumnMapping
{
    /// <summary>By the names of the schema.</summary>
    None,

    /// <summary>By the physical names that the schema gives.</summary>
    Name,

    /// <summary>By the Parquet field ids that the schema gives.</summary>
    Id,
}
