using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Where quarantined rows lie, how many, and how many have come back; the rows themselves are in the lake.</summary>
public sealed class QuarantineIndex
{
    /// <summary>Writing a run again does not undo what a redrive has done since.</summary>
    internal static readonly Upsert Writing = new() { When = "t.epoch <= excluded.epoch", Except = ["redriven", "state"] };

    private readonly CatalogStore _store;

    internal QuarantineIndex(CatalogStore store) => _store = store;

    /// <summary>Records quarantined rows; a repeated entry takes the place of the first, what was redriven stays.</summary>
    public Task<long> AddAsync(IReadOnlyList<QuarantineEntry> entries, CancellationToken cancellationToken = default) => _store.UpsertAsync(entries, Writing, cancellationToken);

    /// <summary>Records how many rows of an entry have been published since; the number only grows, and all of them close the entry.</summary>
    public Task RedrivenAsync(PartitionId key, string runId, string rule, long redriven, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            """
            UPDATE catalog.quarantine SET redriven = least(rows, greatest(redriven, $6)), state = CASE WHEN greatest(redriven, $6) >= rows THEN 'redriven' ELSE state END, updated_at = $7
            WHERE pipeline = $1 AND dataset = $2 AND partition = $3 AND run_id = $4 AND rule = $5
            """,
            [key.Pipeline, key.Dataset, key.Partition, runId, rule, redriven, _store.Clock.GetUtcNow()],
            token),
        cancellationToken);

    /// <summary>Entries that still hold rows, by partition.</summary>
    public Task<List<QuarantineEntry>> OpenAsync(string pipeline, string? dataset = null, string? partition = null, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<QuarantineEntry>().Where(q => q.Pipeline == pipeline && q.State == "open" && (dataset == null || q.Dataset == dataset) && (partition == null || q.Partition == partition))
            .OrderBy(q => q.Dataset).ThenBy(q => q.Partition).ThenBy(q => q.Rule).ToListAsync(token),
        cancellationToken);
}
