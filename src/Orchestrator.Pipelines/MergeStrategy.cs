namespace Orchestrator.Pipelines;

/// <summary>How a run's rows enter the table.</summary>
public enum MergeStrategy
{
    /// <summary>They take the place of the partition's rows.</summary>
    Replace,

    /// <summary>They are added to the partition's rows.</summary>
    Append,

    /// <summary>By key: rows with a known key replace the old row, others are added. With a sequence column an older row never replaces a newer one.</summary>
    Upsert,

    /// <summary>By key, over the whole table and only where a value differs: the newest values of a dimension.</summary>
    Scd1,

    /// <summary>By key, keeping history: a changed row ends the old version and opens a new one.</summary>
    Scd2,
}
