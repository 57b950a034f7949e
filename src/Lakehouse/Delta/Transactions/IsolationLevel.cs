namespace Lakehouse.Delta.Transactions;

/// <summary>How strictly a commit is held against those made since its snapshot. Source: Delta protocol and Spark's recorded behaviour (docs/specs/delta.md).</summary>
public enum IsolationLevel
{
    /// <summary>The order of versions is a serial order: rows appended by others to what was read are a conflict too. Spark's default, and ours.</summary>
    Serializable,

    /// <summary>Some serial order exists, not always that of the versions: appends that read nothing do not disturb who reads.</summary>
    WriteSerializable,

    /// <summary>For commits that only rearrange rows: nothing that others add is a conflict, only what they take away.</summary>
    SnapshotIsolation,
}
