namespace Orchestrator.Pipelines;

/// <summary>How a run's rows enter the table.</summary>
public enum MergeStrategy
{
    /// <summary>They take the place of the partition's rows.</summary>
    Replace,

    /// <summary>They are added to the partition's rows.</summary>
    Append,
}
