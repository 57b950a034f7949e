namespace Lakehouse.Raw;

/// <summary>Kinds of source of a bronze column.</summary>
internal enum ColumnSourceKind
{
    /// <summary>One value for the whole file, null included.</summary>
    Constant,

    /// <summary>A field of the record.</summary>
    Field,

    /// <summary>What the record has beyond the contract, as JSON; null when that is nothing.</summary>
    Extra,

    /// <summary>The record's number.</summary>
    RecordNumber,

    /// <summary>The record's first line.</summary>
    Line,
}
