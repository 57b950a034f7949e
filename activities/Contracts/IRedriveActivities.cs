using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Every side effect of a <c>Redrive</c> but the runs themselves. Each may run more than once for one call; each says why that is safe.</summary>
public interface IRedriveActivities
{
    /// <summary>Finds partitions with rows that are kept aside, and pins what is kept. Safe to repeat: reads only.</summary>
    [Activity]
    Task<RedrivePlan> PlanRedriveAsync(RedriveRequest request);

    /// <summary>Compares quarantines with what they were. Safe to repeat: reads only.</summary>
    [Activity]
    Task<RedriveReport> CompareRedriveAsync(RedriveComparison comparison);
}
