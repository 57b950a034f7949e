namespace Orchestrator.Activities.Contracts;

/// <summary>Why a run was started, as far as its turn depends on it: live runs go before late ones, late ones before a backfill's.</summary>
public enum RunLane
{
    /// <summary>By a person, a schedule or an arrival.</summary>
    Live,

    /// <summary>For data that came late, or a correction.</summary>
    Late,

    /// <summary>By a backfill.</summary>
    Backfill,
}
