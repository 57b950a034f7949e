using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Side effects of a <c>Rollback</c>, beside that of recording, which is a run's. Each may run more than once for one call; each says why that is safe.</summary>
public interface IRollbackActivities
{
    /// <summary>Finds what the last run published, what was there before, and who has read it since. Safe to repeat: reads only.</summary>
    [Activity]
    Task<RollbackPlan> PlanRollbackAsync(RollbackRequest request);

    /// <summary>Gives partitions of a table back what they had, in one commit; its version. Safe to repeat: the commit carries the epoch, a second one is recognised.</summary>
    [Activity]
    Task<long> RestoreTableAsync(RollbackStepRequest request);
}
