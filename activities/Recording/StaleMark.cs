using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Recording;

/// <summary>That rows of a partition are older than what they were made from.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Partition">The partition.</param>
/// <param name="RunId">The run that made the rows.</param>
/// <param name="Reason">What has changed under them.</param>
/// <param name="By">The version of a table that they are older than: whoever makes them again from it or a newer one has worked it in. Default: null, only a run of the partition itself ends the mark.</param>
public sealed record StaleMark(string Pipeline, string Partition, string RunId, string Reason, TableVersion? By = null);
