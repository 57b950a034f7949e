using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Integration.Tests.Orchestration;

/// <summary>Maintenance without tables: a plan as the test says, and a book of what was done.</summary>
public sealed class MaintainStandIns(params MaintainTable[] plan) : IMaintenanceActivities
{
    /// <summary>What was done, as <c>Compact gold.x</c>, in order.</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    /// <summary>What fails whenever it is tried.</summary>
    public string? Broken { get; init; }

    [Activity]
    public Task<IReadOnlyList<MaintainTable>> PlanMaintenanceAsync(MaintainRequest request) =>
        Task.FromResult<IReadOnlyList<MaintainTable>>([.. plan.Where(t => request.Dataset is null || t.Dataset == request.Dataset)]);

    [Activity]
    public Task<WorkflowLabels> DescribeMaintenanceAsync(MaintainRequest request) => Task.FromResult(new WorkflowLabels([], "maintain", "", "", []));

    [Activity]
    public Task<MaintainStep?> MaintainTableAsync(MaintainStepRequest request)
    {
        var name = $"{request.Kind} {request.Table.Table}";
        if (name == Broken)
        {
            throw new ApplicationFailureException($"{name} is broken", "test.broken", nonRetryable: true);
        }

        Done.Enqueue(name);

        // Somebody else has swept meanwhile.
        return Task.FromResult(request.Kind is MaintainStepKind.Sweep ? null : new MaintainStep { Kind = request.Kind, Files = 3, Bytes = 30, Version = 8 });
    }
}
