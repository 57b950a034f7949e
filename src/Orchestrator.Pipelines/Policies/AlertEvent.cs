namespace Orchestrator.Pipelines.Policies;

/// <summary>What an alert can be about.</summary>
public enum AlertEvent
{
    /// <summary>A run has failed for good.</summary>
    Failed,

    /// <summary>A partition waits for a decision.</summary>
    Held,

    /// <summary>A check of severity warning is broken.</summary>
    Warned,

    /// <summary>Data came after its window.</summary>
    Late,

    /// <summary>A promise of the service level is broken.</summary>
    Sla,

    /// <summary>A source's schema is not the contract's.</summary>
    Schema,

    /// <summary>A cost limit is reached.</summary>
    Cost,
}
