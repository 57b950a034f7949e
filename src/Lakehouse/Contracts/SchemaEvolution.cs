namespace Lakehouse.Contracts;

/// <summary>What becomes of columns that a source file has beyond its contract, from the table's custom property <c>schemaEvolution</c>.</summary>
public enum SchemaEvolution
{
    /// <summary>The file is refused.</summary>
    Freeze,

    /// <summary>The columns are passed over and named in the result; the landed file still has them.</summary>
    Discard,
}
