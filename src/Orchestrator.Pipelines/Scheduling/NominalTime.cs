namespace Orchestrator.Pipelines.Scheduling;

/// <summary>One time of a schedule and what its rules make of it.</summary>
/// <param name="At">When it fires, or would have fired (UTC).</param>
/// <param name="Nominal">The time that was written, which tells the partition: the same as <paramref name="At"/>, or the holiday that it was moved away from (UTC).</param>
/// <param name="Skipped">Why it does not fire; null when it does.</param>
public sealed record NominalTime(DateTimeOffset At, DateTimeOffset Nominal, string? Skipped = null);
