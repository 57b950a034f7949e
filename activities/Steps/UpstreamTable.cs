using Lakehouse.Datasets;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Steps;

/// <summary>A table as a step reads it.</summary>
/// <param name="Name">Name that the reader has for it.</param>
/// <param name="Pinned">The version and partitions, for conflict checks and lineage.</param>
/// <param name="Relation">Its rows: what is published, and what the run has staged in the place of its own partition.</param>
/// <param name="Unmerged">What the run has staged and will merge by key into <paramref name="Relation"/>; null when there is none.</param>
/// <param name="Bytes">Bytes that reading it takes at most.</param>
internal sealed record UpstreamTable(string Name, PinnedTable Pinned, PinnedRelation Relation, StagedManifest? Unmerged, long Bytes)
{
    /// <summary>Gives it to an attempt, for its model.</summary>
    public Task ReadAsync(DatasetAttempt attempt, CancellationToken cancellationToken) => Unmerged is { } staged
        ? attempt.ReadMergedAsync(Relation, staged, cancellationToken)
        : attempt.ReadAsync(Relation, cancellationToken);
}
