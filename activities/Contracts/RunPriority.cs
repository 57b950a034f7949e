namespace Orchestrator.Activities.Contracts;

/// <summary>In which order the service hands out the tasks of runs: by lane and declared priority, and among equals a fair share to every tenant.</summary>
public static class RunPriority
{
    /// <summary>Declared priority of pipelines that declare none.</summary>
    public const int Default = 3;

    private const int Lowest = 5;

    /// <summary>Temporal's priority key of a run, 1 (first) to 5.</summary>
    /// <param name="lane">Why it runs.</param>
    /// <param name="declared">The pipeline's <c>priority</c>.</param>
    public static int KeyOf(RunLane lane, int declared) => lane switch
    {
        RunLane.Backfill => Lowest,
        RunLane.Late => Math.Clamp(declared + 1, 1, Lowest),
        _ => Math.Clamp(declared, 1, Lowest),
    };

    /// <summary>Priority with the tenant's share, for starting a run.</summary>
    /// <param name="lane">Why it runs.</param>
    /// <param name="declared">The pipeline's <c>priority</c>.</param>
    /// <param name="tenant">The pipeline's <c>tenant</c>.</param>
    public static Temporalio.Common.Priority Of(RunLane lane, int declared, string? tenant) => new(KeyOf(lane, declared), tenant);
}
