namespace Orchestrator.Catalog.Entities;

/// <summary>How the last run of a partition stands. Stored as text.</summary>
public enum PartitionState
{
    /// <summary>Nothing ever ran.</summary>
    Missing,

    /// <summary>A run works on it.</summary>
    Running,

    /// <summary>The run published.</summary>
    Published,

    /// <summary>The run found nothing to do.</summary>
    Skipped,

    /// <summary>The run waits for a decision.</summary>
    Held,

    /// <summary>The run failed.</summary>
    Failed,

    /// <summary>Somebody rejected or cancelled the run.</summary>
    Rejected,
}
