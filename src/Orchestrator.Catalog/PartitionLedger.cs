using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>
/// One entry per partition of a dataset: who owns it, how its last run ended, what is published. Owners are fenced by epochs: a run claims a
/// partition and gets an epoch above all before; what a run with an earlier epoch writes is refused by the statement itself.
/// </summary>
public sealed class PartitionLedger
{
    /// <summary>A later run has neither claimed nor written the partition; the same run may repeat itself.</summary>
    internal const string Fence = "t.claim_epoch <= excluded.epoch AND (t.epoch < excluded.epoch OR (t.epoch = excluded.epoch AND t.run_id IS NOT DISTINCT FROM excluded.run_id))";

    private static readonly Upsert Publishing = new() { When = Fence, Except = ["claim_epoch", "claim_run_id", "is_final"] };

    private static readonly Upsert Ending = new() { When = Fence, Only = ["epoch", "run_id", "state", "reason", "cost", "updated_at"] };

    /// <summary>
    /// What the last run says and what is published each go by their own epoch: so entries may come in any order, and the row ends the same. A mark stays until something newer is published, a seal for good.
    /// </summary>
    internal static readonly Upsert Merging = new()
    {
        Except = ["claim_epoch", "claim_run_id", "is_final"],
        Values = new Dictionary<string, string>(
            new[] { "epoch", "run_id", "state", "reason", "cost", "updated_at" }.Select(c => KeyValuePair.Create(c, $"CASE WHEN excluded.epoch >= t.epoch THEN excluded.{c} ELSE t.{c} END"))
                .Concat(new[] { "input_fingerprint", "code_fingerprint", "contract_fingerprint", "engine_version", "published_epoch", "table_version", "value_hash", "rows", "bytes", "published_at" }
                    .Select(c => KeyValuePair.Create(c, $"CASE WHEN excluded.published_epoch >= coalesce(t.published_epoch, 0) THEN excluded.{c} ELSE t.{c} END")))
                .Append(KeyValuePair.Create("is_stale", "CASE WHEN excluded.published_epoch > coalesce(t.published_epoch, 0) THEN excluded.is_stale ELSE t.is_stale END"))),
    };

    /// <summary>In the order of the enum: the server finds the number, which is read faster than the name.</summary>
    private static readonly string[] StateNames = Enum.GetNames<PartitionState>();

    private static readonly FrozenDictionary<string, PartitionState> States = Enum.GetValues<PartitionState>().ToFrozenDictionary(s => s.ToString(), StringComparer.Ordinal);

    private readonly CatalogStore _store;

    internal PartitionLedger(CatalogStore store) => _store = store;

    /// <summary>Gives a partition to a run. Asked again by the same run, it answers the same, also after a later run has taken over.</summary>
    /// <param name="key">The partition.</param>
    /// <param name="runId">The run.</param>
    /// <param name="atLeast">Least epoch to give: one above what the table's own commits have seen. Default: 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The run's epoch.</returns>
    public async Task<long> ClaimAsync(PartitionId key, string runId, long atLeast = 1, CancellationToken cancellationToken = default)
    {
        const string Sql = """
            WITH mine AS (SELECT epoch FROM catalog.claims WHERE pipeline = $1 AND dataset = $2 AND partition = $3 AND run_id = $4),
            taken AS (
                INSERT INTO catalog.partition_ledger AS t (pipeline, dataset, partition, claim_epoch, claim_run_id, epoch, state, rows, bytes, cost, is_stale, is_final, updated_at)
                SELECT $1, $2, $3, greatest($5, 1), $4, 0, 'Missing', 0, 0, 0, false, false, $6 WHERE NOT EXISTS (SELECT FROM mine)
                ON CONFLICT (pipeline, dataset, partition) DO UPDATE SET claim_epoch = greatest(t.claim_epoch + 1, t.epoch + 1, $5), claim_run_id = $4, updated_at = $6
                RETURNING claim_epoch),
            noted AS (INSERT INTO catalog.claims (pipeline, dataset, partition, run_id, epoch, claimed_at) SELECT $1, $2, $3, $4, claim_epoch, $6 FROM taken)
            SELECT epoch FROM mine UNION ALL SELECT claim_epoch FROM taken
            """;
        var given = await _store.QueryAsync(Sql, [key.Pipeline, key.Dataset, key.Partition, runId, atLeast, _store.Clock.GetUtcNow()], r => r.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return given.Single();
    }

    /// <summary>Refuses a run that has lost its partition.</summary>
    /// <exception cref="StaleEpochException">A later run has claimed or written it.</exception>
    public async Task CheckAsync(PartitionId key, long epoch, CancellationToken cancellationToken = default)
    {
        var current = await _store.QueryAsync(
            "SELECT greatest(claim_epoch, epoch) FROM catalog.partition_ledger WHERE pipeline = $1 AND dataset = $2 AND partition = $3",
            [key.Pipeline, key.Dataset, key.Partition],
            r => r.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        if (current is [var held] && held > epoch)
        {
            throw new StaleEpochException(key, epoch, held);
        }
    }

    /// <summary>Records what a run has published. Repeating it changes nothing.</summary>
    /// <exception cref="StaleEpochException">A later run has claimed or written the partition.</exception>
    public Task PublishedAsync(LedgerEntry entry, CancellationToken cancellationToken = default) =>
        _store.WriteAsync((connection, token) => RecordAsync(_store, connection, entry, published: true, token), cancellationToken);

    /// <summary>Records how a run stands that has not published: running, skipped, held, failed or rejected. What is published stays as it was.</summary>
    /// <exception cref="StaleEpochException">A later run has claimed or written the partition.</exception>
    public Task EndedAsync(LedgerEntry entry, CancellationToken cancellationToken = default) =>
        _store.WriteAsync((connection, token) => RecordAsync(_store, connection, entry, published: false, token), cancellationToken);

    /// <summary>Puts back entries read from the lake's commits; entries of later epochs stay.</summary>
    /// <returns>How many were written.</returns>
    public Task<long> RestoreAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        _store.UpsertAsync(entries, new Upsert { When = Fence, Except = ["claim_epoch", "claim_run_id"] }, cancellationToken);

    /// <summary>Marks partitions whose inputs have changed; those that are not published are left alone.</summary>
    /// <returns>How many were marked that were not before.</returns>
    public Task<int> MarkStaleAsync(string pipeline, string dataset, IReadOnlyList<string> partitions, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            "UPDATE catalog.partition_ledger SET is_stale = true, updated_at = $4 WHERE (pipeline, dataset, partition) IN (SELECT pipeline, dataset, partition FROM catalog.partition_ledger WHERE pipeline = $1 AND dataset = $2 AND partition = ANY($3) AND NOT is_stale AND published_epoch IS NOT NULL ORDER BY partition FOR UPDATE)",
            [pipeline, dataset, partitions.ToArray(), _store.Clock.GetUtcNow()],
            token),
        cancellationToken);

    /// <summary>Marks what a run made of a partition, in all datasets, while it is still the partition's last. Repeating it changes nothing.</summary>
    /// <returns>How many entries were marked that were not before.</returns>
    public Task<int> MarkStaleAsync(string pipeline, string partition, string runId, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            "UPDATE catalog.partition_ledger SET is_stale = true WHERE pipeline = $1 AND partition = $2 AND run_id = $3 AND NOT is_stale AND published_epoch IS NOT NULL",
            [pipeline, partition, runId],
            token),
        cancellationToken);

    /// <summary>Takes back that what a run made of a partition is stale, in all datasets, while it is still the partition's last. Repeating it changes nothing.</summary>
    /// <returns>How many entries were marked before.</returns>
    public Task<int> ClearStaleAsync(string pipeline, string partition, string runId, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            "UPDATE catalog.partition_ledger SET is_stale = false WHERE pipeline = $1 AND partition = $2 AND run_id = $3 AND is_stale",
            [pipeline, partition, runId],
            token),
        cancellationToken);

    /// <summary>Seals a partition, in all datasets: what comes later needs an approval. One that no run is known of yet gets an entry for runs as a whole, so that the seal is there when they come.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="at">When it was sealed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SealAsync(string pipeline, string partition, DateTimeOffset at, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            """
            WITH known AS (UPDATE catalog.partition_ledger SET is_final = true WHERE pipeline = $1 AND partition = $2 AND dataset <> '' AND NOT is_final)
            INSERT INTO catalog.partition_ledger (pipeline, dataset, partition, claim_epoch, epoch, state, rows, bytes, cost, is_stale, is_final, updated_at)
            VALUES ($1, '', $2, 0, 0, 'Missing', 0, 0, 0, false, true, $3)
            ON CONFLICT (pipeline, dataset, partition) DO UPDATE SET is_final = true
            """,
            [pipeline, partition, at],
            token),
        cancellationToken);

    /// <summary>Seals entries that came to a partition when others of it were sealed already.</summary>
    internal static Task<int> SealLateAsync(NpgsqlConnection connection, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken) => CatalogStore.ExecuteAsync(
        connection,
        """
        UPDATE catalog.partition_ledger l SET is_final = true FROM catalog.partition_ledger w, unnest($1::text[], $2::text[]) AS p (pipeline, partition)
        WHERE w.pipeline = p.pipeline AND w.partition = p.partition AND w.is_final AND l.pipeline = p.pipeline AND l.partition = p.partition AND NOT l.is_final
        """,
        [entries.Select(e => e.Pipeline).ToArray(), entries.Select(e => e.Partition).ToArray()],
        cancellationToken);

    /// <summary>The entry of one partition; null when there is none.</summary>
    public Task<LedgerEntry?> FindAsync(PartitionId key, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<LedgerEntry>().FirstOrDefaultAsync(l => l.Pipeline == key.Pipeline && l.Dataset == key.Dataset && l.Partition == key.Partition, token),
        cancellationToken);

    /// <summary>The entries of all datasets of a pipeline for one partition, by dataset.</summary>
    public Task<List<LedgerEntry>> OfPartitionAsync(string pipeline, string partition, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<LedgerEntry>().Where(l => l.Pipeline == pipeline && l.Partition == partition).OrderBy(l => l.Dataset).ToListAsync(token),
        cancellationToken);

    /// <summary>Every partition of a dataset, by name; for overviews.</summary>
    public Task<List<GridCell>> GridAsync(string pipeline, string dataset, CancellationToken cancellationToken = default) => GridAsync(pipeline, dataset, [], cancellationToken);

    /// <summary>Every partition of a dataset, by name, and whether what is published was made by one of some codes.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="dataset">The dataset; empty for runs as a whole.</param>
    /// <param name="olderCodes">Fingerprints of code that would not make today what it made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<GridCell>> GridAsync(string pipeline, string dataset, IReadOnlyCollection<string> olderCodes, CancellationToken cancellationToken = default) => _store.QueryAsync(
        """
        SELECT partition, array_position($3, state), epoch, is_stale, is_final, rows, updated_at, published_epoch IS NOT NULL, coalesce(code_fingerprint = ANY($4), false)
        FROM catalog.partition_ledger WHERE pipeline = $1 AND dataset = $2 ORDER BY partition
        """,
        [pipeline, dataset, StateNames, olderCodes.ToArray()],
        r => new GridCell(r.GetString(0), (PartitionState)(r.GetInt32(1) - 1), r.GetInt64(2), r.GetBoolean(3), r.GetBoolean(4), r.GetInt64(5), new DateTimeOffset(r.GetDateTime(6)), r.GetBoolean(7), r.GetBoolean(8)),
        cancellationToken);

    /// <summary>Codes that made what is published of a dataset.</summary>
    public Task<List<string>> CodesAsync(string pipeline, string dataset, CancellationToken cancellationToken = default) => _store.QueryAsync(
        "SELECT DISTINCT code_fingerprint FROM catalog.partition_ledger WHERE pipeline = $1 AND dataset = $2 AND code_fingerprint IS NOT NULL",
        [pipeline, dataset],
        r => r.GetString(0),
        cancellationToken);

    /// <summary>Entries of all datasets in those partitions whose last run, as one dataset says, is running, held or failed, and whether any run has published them: the few that an overview shows apart.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="dataset">The dataset that says; empty for runs as a whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<(string Dataset, string Partition, PartitionState State, bool IsPublished)>> ApartAsync(string pipeline, string dataset, CancellationToken cancellationToken = default) => _store.QueryAsync(
        """
        SELECT d.dataset, d.partition, d.state, d.published_epoch IS NOT NULL FROM catalog.partition_ledger w JOIN catalog.partition_ledger d ON d.pipeline = w.pipeline AND d.partition = w.partition
        WHERE w.pipeline = $1 AND w.dataset = $2 AND w.state IN ('Running', 'Held', 'Failed')
        """,
        [pipeline, dataset],
        r => (r.GetString(0), r.GetString(1), States[r.GetString(2)], r.GetBoolean(3)),
        cancellationToken);

    /// <summary>Partitions of a dataset whose last run failed, of all pipelines, the newest first.</summary>
    public Task<List<LedgerEntry>> FailedAsync(string dataset, int limit, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<LedgerEntry>().Where(l => l.Dataset == dataset && l.State == PartitionState.Failed).OrderByDescending(l => l.UpdatedAt).ThenBy(l => l.Partition).Take(limit).ToListAsync(token),
        cancellationToken);

    /// <summary>What planning compares, for every partition of a dataset, by name.</summary>
    public Task<List<PublishedFingerprints>> FingerprintsAsync(string pipeline, string dataset, CancellationToken cancellationToken = default) => _store.QueryAsync(
        "SELECT partition, state, input_fingerprint, code_fingerprint, contract_fingerprint, engine_version, table_version, is_stale, is_final FROM catalog.partition_ledger WHERE pipeline = $1 AND dataset = $2 ORDER BY partition",
        [pipeline, dataset],
        r => new PublishedFingerprints(r.GetString(0), States[r.GetString(1)], Text(r, 2), Text(r, 3), Text(r, 4), Text(r, 5), r.IsDBNull(6) ? null : r.GetInt64(6), r.GetBoolean(7), r.GetBoolean(8)),
        cancellationToken);

    /// <summary>How many partitions of each pipeline stand how, for one dataset of it.</summary>
    /// <param name="dataset">The dataset; empty for runs as a whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<(string Pipeline, PartitionState State, long Partitions, DateTimeOffset LastAt)>> SummaryAsync(string dataset, CancellationToken cancellationToken = default) => _store.QueryAsync(
        "SELECT pipeline, state, count(*), max(updated_at) FROM catalog.partition_ledger WHERE dataset = $1 GROUP BY pipeline, state ORDER BY pipeline, state",
        [dataset],
        r => (r.GetString(0), States[r.GetString(1)], r.GetInt64(2), new DateTimeOffset(r.GetDateTime(3))),
        cancellationToken);

    /// <summary>All entries of a pipeline, by partition and dataset.</summary>
    public Task<List<LedgerEntry>> OfPipelineAsync(string pipeline, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<LedgerEntry>().Where(l => l.Pipeline == pipeline).OrderBy(l => l.Partition).ThenBy(l => l.Dataset).ToListAsync(token),
        cancellationToken);

    internal static async Task<bool> RecordAsync(CatalogStore store, NpgsqlConnection connection, LedgerEntry entry, bool published, CancellationToken cancellationToken)
    {
        if (await BulkWriter.UpsertAsync(connection, store.Map<LedgerEntry>(), [entry], published ? Publishing : Ending, cancellationToken).ConfigureAwait(false) == 1)
        {
            return true;
        }

        var current = await CatalogStore.QueryAsync(
            connection,
            "SELECT greatest(claim_epoch, epoch) FROM catalog.partition_ledger WHERE pipeline = $1 AND dataset = $2 AND partition = $3",
            [entry.Pipeline, entry.Dataset, entry.Partition],
            r => r.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        throw new StaleEpochException(new PartitionId(entry.Pipeline, entry.Dataset, entry.Partition), entry.Epoch, current is [var held] ? held : null);
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
