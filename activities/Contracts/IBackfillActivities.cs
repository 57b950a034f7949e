using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Every side effect of a <c>Backfill</c>. Each may run more than once for one call; each says why that is safe.</summary>
public interface IBackfillActivities
{
    /// <summary>Chooses the partitions and writes them down. Safe to repeat: replaces its own object.</summary>
    [Activity]
    Task<BackfillPlan> PlanBackfillAsync(BackfillRequest request);

    /// <summary>Reads part of a plan. Safe to repeat: reads only.</summary>
    [Activity]
    Task<IReadOnlyList<string>> ReadBackfillPlanAsync(BackfillPage page);

    /// <summary>Adds outcomes to the report. Safe to repeat: one object for each part.</summary>
    [Activity]
    Task RecordBackfillAsync(BackfillOutcomes outcomes);

    /// <summary>The partitions whose newest outcome in the report is that they failed. Safe to repeat: reads only.</summary>
    [Activity]
    Task<IReadOnlyList<string>> ReadBackfillFailuresAsync(string folder);

    /// <summary>Partitions that are older than what they read because runs left them to others, in order. Safe to repeat: reads only.</summary>
    [Activity]
    Task<IReadOnlyList<string>> FindLeftAsync(LeftRange range);

    /// <summary>Waits for a run that somebody else has started: fails, to be tried again, while it goes on. Safe to repeat: reads only, and a hold that is told twice is told once.</summary>
    [Activity]
    Task<RunResult> AwaitRunAsync(RunRequest request);

    /// <summary>What a run cost that has failed; null when it recorded nothing. Safe to repeat: reads only.</summary>
    [Activity]
    Task<RunCost?> ReadRunCostAsync(RunRequest request, string runId);
}
