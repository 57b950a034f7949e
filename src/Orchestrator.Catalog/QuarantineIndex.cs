using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Where quarantined rows lie, how many, and how many have come back; the rows themselves are in the lake.</summary>
public sealed class QuarantineIndex
{
    /// <summary>Writing a run again does not undo what a redrive has done since.</summary>
    internal static readonly Upsert Writing = new() { When = "t.epoch <= excluded.epoch", Except = ["redriven", "state"] };

    /// <summary>A run that publishes a partition makes its rows anew: what earlier runs kept aside of it is no longer open.</summary>
    internal static Task<int> SettleAsync(NpgsqlConnection connection, IReadOnlyList<PartitionId> published, CancellationToken cancellationToken) => CatalogStore.ExecuteAsync(
        connection,
        """
        UPDATE catalog.quarantine q SET state = 'superseded' FROM catalog.partition_ledger l, unnest($1::text[], $2::text[], $3::text[]) AS p (pipeline, dataset, partition)
        WHERE q.pipeline = p.pipeline AND q.dataset = p.dataset AND q.partition = p.partition AND l.pipeline = p.pipeline AND l.dataset = p.dataset AND l.partition = p.partition
          AND q.epoch < l.published_epoch AND q.state = 'open'
        """,
        [published.Select(p => p.Pipeline).ToArray(), published.Select(p => p.Dataset).ToArray(), published.Select(p => p.Partition).ToArray()],
        cancellationToken);

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

    /// <summary>Rows that are kept aside now, by pipeline.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RowsAsync(CancellationToken cancellationToken = default) =>
        (await _store.QueryAsync("SELECT pipeline, sum(rows - redriven)::bigint FROM catalog.quarantine WHERE state = 'open' GROUP BY pipeline", [], r => (r.GetString(0), r.GetInt64(1)), cancellationToken).ConfigureAwait(false))
        .ToDictionary(r => r.Item1, r => r.Item2, StringComparer.Ordinal);

    /// <summary>Entries that still hold rows, by partition.</summary>
    public Task<List<QuarantineEntry>> OpenAsync(string pipeline, string? dataset = null, string? partition = null, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<QuarantineEntry>().Where(q => q.Pipeline == pipeline && q.State == "open" && (dataset == null || q.Dataset == dataset) && (partition == null || q.Partition == partition))
            .OrderBy(q => q.Dataset).ThenBy(q => q.Partition).ThenBy(q => q.Rule).ToListAsync(token),
        cancellationToken);
}
