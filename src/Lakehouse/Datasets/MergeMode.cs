namespace Lakehouse.Datasets;

/// <summary>How staged rows enter a table. What each does when a partition is made again is in docs/guides/merging.md.</summary>
public enum MergeMode
{
    /// <summary>They take the place of the partitions' rows.</summary>
    Replace,

    /// <summary>They are added; those that the same owner added to the same partition before give way.</summary>
    Append,

    /// <summary>By key over the whole table: a row takes the place of the one with its key, others are added.</summary>
    Upsert,

    /// <summary>By key over the whole table, and only where a value differs.</summary>
    Latest,

    /// <summary>By key over the whole table, every state with the time that it held.</summary>
    History,
}
