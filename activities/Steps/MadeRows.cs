using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Steps;

/// <summary>Rows that a step has made in its engine.</summary>
/// <param name="Relation">Table that holds them.</param>
/// <param name="Partitions">Partitions that they make up; the run's own first.</param>
internal sealed record MadeRows(string Relation, IReadOnlyList<string> Partitions)
{
    /// <summary>Rows that must be accounted for; null where the rows made are all there are.</summary>
    public long? RowsRead { get; init; }

    /// <summary>Records that could not become rows; they are in the quarantine table.</summary>
    public long Rejects { get; init; }

    /// <summary>Table versions they were made from.</summary>
    public IReadOnlyList<PinnedTable> Reads { get; init; } = [];
}
