namespace Orchestrator.Activities.Triggers;

/// <summary>What there is to do so that the service holds what pipelines declare.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Action"><c>create</c>, <c>update</c> or <c>delete</c> its schedule, <c>watch</c> its files and inputs, or <c>none</c>.</param>
/// <param name="Differences">What an update changes: <c>times</c>, <c>jitter</c>, <c>catch-up</c>, <c>overlap</c>, <c>action</c>.</param>
public sealed record ScheduleChange(string Pipeline, string Action, IReadOnlyList<string> Differences);
