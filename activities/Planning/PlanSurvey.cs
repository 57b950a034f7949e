using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities.Planning;

/// <summary>The state of a pipeline's partitions, and what it was told from.</summary>
/// <param name="States">Partitions that have sources, in order.</param>
/// <param name="Ignored">Files that belong to none.</param>
/// <param name="Ledger">The ledger.</param>
/// <param name="Changes">What changed since each code that the ledger names.</param>
internal sealed record PlanSurvey(
    IReadOnlyList<PartitionState> States, IReadOnlyList<IgnoredFile> Ignored, LedgerIndex Ledger, IReadOnlyDictionary<string, IReadOnlyList<DatasetChange>> Changes);
