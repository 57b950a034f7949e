namespace Orchestrator.Pipelines.Scheduling;

/// <summary>What happens at a wall-clock time that a clock change skips.</summary>
public enum MissingTime
{
    /// <summary>The schedule fires at the first moment after the gap.</summary>
    Shift,

    /// <summary>It does not fire.</summary>
    Skip,
}
