using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Every side effect of a <c>Maintain</c>. Each may run more than once for one call; each says why that is safe.</summary>
public interface IMaintenanceActivities
{
    /// <summary>Looks at the tables and tells what there is to do. Safe to repeat: reads only.</summary>
    [Activity]
    Task<IReadOnlyList<MaintainTable>> PlanMaintenanceAsync(MaintainRequest request);

    /// <summary>What the workflow tells of itself in search attributes. Safe to repeat: reads only.</summary>
    [Activity]
    Task<WorkflowLabels> DescribeMaintenanceAsync(MaintainRequest request);

    /// <summary>
    /// Does one step to one table. Safe to repeat: it looks for itself at what there is to do, each of its commits stands alone, and what an earlier attempt committed is told as its own.
    /// </summary>
    /// <returns>What it did; null when there was nothing to do.</returns>
    [Activity]
    Task<MaintainStep?> MaintainTableAsync(MaintainStepRequest request);
}
