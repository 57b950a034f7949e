namespace Orchestrator.Activities.Contracts;

/// <summary>Heartbeat details of an activity: how far it is.</summary>
/// <param name="Step">What it does now: <c>read</c>, <c>load</c>, <c>transform</c>, <c>audit</c>, <c>publish</c>; the activity's name before it says.</param>
/// <param name="Percent">Part of the running statement that is done, 0 to 100; null when the engine cannot tell or none runs.</param>
/// <param name="Rows">Rows the running statement has worked through; 0 when none runs.</param>
public sealed record StepProgress(string Step, double? Percent = null, long Rows = 0)
{
    /// <summary>Files that are landed already, where the next try goes on; null for steps that land none.</summary>
    public IReadOnlyList<LandedFile>? Landed { get; init; }

    /// <summary>Object of the lake that says which files are loaded and where their rows are staged, for the next try; null when nothing is kept.</summary>
    public string? Loaded { get; init; }
}
