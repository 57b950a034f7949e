namespace Orchestrator.Pipelines.Scheduling;

/// <summary>What happens when a schedule fires while its last run still goes on; the names are those of Temporal's schedules.</summary>
public enum OverlapPolicy
{
    /// <summary>The new one does not start.</summary>
    Skip,

    /// <summary>The new one starts after the running one; further ones do not.</summary>
    BufferOne,

    /// <summary>All start one after the other.</summary>
    BufferAll,

    /// <summary>The running one is cancelled.</summary>
    CancelOther,

    /// <summary>The running one is terminated.</summary>
    TerminateOther,

    /// <summary>All run at the same time.</summary>
    AllowAll,
}
