using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace Integration.Tests.Orchestration;

/// <summary>A redrive without rows: partitions as the test says, and a book of what was asked for.</summary>
public sealed class RedriveStandIns(params string[] partitions) : IRedriveActivities
{
    /// <summary>What was run, and what was compared.</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    [Activity]
    public Task<RedrivePlan> PlanRedriveAsync(RedriveRequest request) => Task.FromResult(new RedrivePlan { Partitions = partitions, Problems = ["x is no partition"] });

    [Activity]
    public Task<RedriveReport> CompareRedriveAsync(RedriveComparison comparison)
    {
        Done.Enqueue($"compare {string.Join(' ', comparison.Plan.Partitions)}");
        return Task.FromResult(new RedriveReport { Phase = "completed", Partitions = partitions.Length, Outcomes = [new RedriveOutcome("silver.y", partitions[0], 5, 3, 2, 1, [])], Problems = comparison.Plan.Problems });
    }

    [Activity]
    public Task BackfillAsync(BackfillRequest request)
    {
        Done.Enqueue($"{request.Selection} {request.Approved} {request.Concurrency} {string.Join(' ', request.Partitions!)}");
        return Task.CompletedTask;
    }

    /// <summary>A backfill without runs: one partition fails, the others are published.</summary>
    [Workflow("Backfill")]
    public sealed class Backfill
    {
        [WorkflowRun]
        public async Task<BackfillProgress> RunAsync(BackfillRequest request)
        {
            await Workflow.ExecuteActivityAsync((RedriveStandIns a) => a.BackfillAsync(request), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
            return new BackfillProgress { Phase = "completed", Published = request.Partitions!.Count - 1, Failed = 1 };
        }
    }
}
