namespace Lakehouse.Contracts;

/// <summary>What becomes of columns that a source file has beyond its contract, from the table's custom property <c>schemaEvolution</c>.</summary>
public enum SchemaEvolution
{
    /// <summary>The file is refused.</summary>
    Freeze,

    /// <summary>The columns are kept: each row has them as a JSON text in <c>_extra</c> until the contract declares them. Of CSV; other formats are refused or their records kept aside.</summary>
    Evolve,

    /// <summary>All rows of the file are kept aside, for people to decide. Of CSV and JSON lines; a Parquet file is refused.</summary>
    Quarantine,

    /// <summary>The columns are passed over and named in the result; the landed file still has them.</summary>
    Discard,
}
