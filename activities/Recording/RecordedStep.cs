namespace Orchestrator.Activities.Recording;

/// <summary>One step of a workflow: an activity, from its first schedule to its end, retries included.</summary>
/// <param name="Step">Type of the activity.</param>
/// <param name="Dataset">What it was about; null for steps of the whole run.</param>
/// <param name="Outcome"><c>running</c>, <c>done</c>, <c>failed</c>, <c>timed out</c> or <c>cancelled</c>.</param>
/// <param name="Attempt">Number of the last try; null when none began.</param>
/// <param name="StartedAt">When the last try began (UTC).</param>
/// <param name="Took">How long the last try took; null while it runs.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Worker">Identity of the worker.</param>
public sealed record RecordedStep(string Step, string? Dataset, string Outcome, int? Attempt, DateTimeOffset StartedAt, TimeSpan? Took, string? Failure, string? Worker = null);
