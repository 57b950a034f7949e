namespace Orchestrator.Activities.Recording;

/// <summary>That rows of a partition are older than what they were made from.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Partition">The partition.</param>
/// <param name="RunId">The run that made the rows.</param>
/// <param name="Reason">What has changed under them.</param>
public sealed record StaleMark(string Pipeline, string Partition, string RunId, string Reason);
