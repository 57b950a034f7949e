namespace Orchestrator.Pipelines.Inputs;

/// <summary>Which partitions of another pipeline's dataset a run reads.</summary>
public enum PartitionSelection
{
    /// <summary>Those that cover the time of the run's own partition (all days of a month, the month of a day), plus the lookback.</summary>
    Aligned,

    /// <summary>The newest one that is published.</summary>
    Latest,

    /// <summary>All that are published.</summary>
    All,
}
