namespace Orchestrator.Pipelines.Scheduling;

/// <summary>What happens at a wall-clock time that a clock change repeats.</summary>
public enum RepeatedTime
{
    /// <summary>The schedule fires the first time.</summary>
    First,

    /// <summary>It fires the second time.</summary>
    Second,

    /// <summary>It fires both times.</summary>
    Both,
}
