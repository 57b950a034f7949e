using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Runs with their attempts and figures. A run is written as often as it likes; its id makes the writes one.</summary>
public sealed class RunLog
{
    /// <summary>A run that has ended is not made running again by a late write.</summary>
    private static readonly Upsert Run = new() { When = "t.ended_at IS NULL OR excluded.ended_at IS NOT NULL" };

    private static readonly Upsert Attempt = new() { When = "t.ended_at IS NULL OR excluded.ended_at IS NOT NULL" };

    private readonly CatalogStore _store;

    internal RunLog(CatalogStore store) => _store = store;

    /// <summary>Records that a run has started, or how it stands.</summary>
    public Task StartedAsync(RunEntry run, CancellationToken cancellationToken = default) => _store.UpsertAsync([run], Run, cancellationToken);

    /// <summary>Records attempts as they start and end.</summary>
    public Task AttemptsAsync(IReadOnlyList<AttemptEntry> attempts, CancellationToken cancellationToken = default) => _store.UpsertAsync(attempts, Attempt, cancellationToken);

    /// <summary>Records a whole run in one transaction. Repeating it changes nothing.</summary>
    /// <exception cref="StaleEpochException">A later run has taken one of its partitions; nothing of this run is recorded.</exception>
    public Task RecordAsync(RunRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return _store.WriteAsync(
            async (connection, token) =>
            {
                Task<long> Write<T>(IReadOnlyList<T> rows, Upsert upsert)
                    where T : class => BulkWriter.UpsertAsync(connection, _store.Map<T>(), rows, upsert, token);

                // In the order of their keys, as every writer takes them: two runs of one partition then never wait for each other in a circle.
                var entries = record.Published.Select(e => (Entry: e, Published: true)).Concat(record.Ended.Select(e => (Entry: e, Published: false)));
                foreach (var (entry, published) in entries.OrderBy(e => e.Entry.Pipeline, StringComparer.Ordinal).ThenBy(e => e.Entry.Dataset, StringComparer.Ordinal).ThenBy(e => e.Entry.Partition, StringComparer.Ordinal))
                {
                    await PartitionLedger.RecordAsync(_store, connection, entry, published, token).ConfigureAwait(false);
                }

                await Write([record.Run], Run).ConfigureAwait(false);
                await Write(record.Attempts, Attempt).ConfigureAwait(false);
                await Write(record.Metrics, Upsert.Replace).ConfigureAwait(false);
                await Write(record.Quality, Upsert.Replace).ConfigureAwait(false);
                await Write(record.Lineage, Upsert.Replace).ConfigureAwait(false);
                await Write(record.Quarantine, QuarantineIndex.Writing).ConfigureAwait(false);
                await Write(record.Costs, Upsert.Replace).ConfigureAwait(false);
                await Write(record.Outbox, Upsert.KeepFirst).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <summary>
    /// Takes over runs as the lake has recorded them, in one transaction. They may come in any order and more than once: the tables end the same. Unlike <see cref="RecordAsync"/> it refuses none: a run that a
    /// later one has overtaken is history, and stays out of the ledger's newest state.
    /// </summary>
    /// <param name="records">Runs, none of which shares a partition with another.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RestoreAsync(IReadOnlyList<RunRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return _store.WriteAsync(
            async (connection, token) =>
            {
                Task<long> Write<T>(IEnumerable<T> rows, Upsert upsert)
                    where T : class => BulkWriter.UpsertAsync(connection, _store.Map<T>(), [.. rows], upsert, token);

                LedgerEntry[] ledger = [.. records.SelectMany(r => r.Published.Concat(r.Ended))];
                await Write(ledger, PartitionLedger.Merging).ConfigureAwait(false);
                await PartitionLedger.SealLateAsync(connection, ledger, token).ConfigureAwait(false);
                await Write(records.Select(r => r.Run), Run).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Attempts), Attempt).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Metrics), Upsert.Replace).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Quality), Upsert.Replace).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Lineage), Upsert.Replace).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Quarantine), QuarantineIndex.Writing).ConfigureAwait(false);
                await QuarantineIndex.SettleAsync(connection, [.. records.SelectMany(r => r.Published).Select(e => new PartitionId(e.Pipeline, e.Dataset, e.Partition))], token).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Costs), Upsert.Replace).ConfigureAwait(false);
                await Write(WatermarkBook.Fold(records.SelectMany(r => r.Watermarks)), WatermarkBook.Merging).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Audit), Upsert.KeepFirst).ConfigureAwait(false);
                await Write(records.SelectMany(r => r.Outbox), Upsert.KeepFirst).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Runs of all pipelines or one, newest end first.</summary>
    /// <param name="limit">Most to return.</param>
    /// <param name="pipeline">Only runs of this pipeline; null for all.</param>
    /// <param name="failed">Only runs that failed, or only those that did not; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<RunEntry>> LatestAsync(int limit, string? pipeline = null, bool? failed = null, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<RunEntry>().Where(r => (pipeline == null || r.Pipeline == pipeline) && (failed == null || (r.Status == "failed") == failed)).OrderByDescending(r => r.EndedAt ?? r.StartedAt).ThenBy(r => r.RunId).Take(limit).ToListAsync(token),
        cancellationToken);

    /// <summary>How many runs there are that <see cref="LatestAsync"/> would return without limit.</summary>
    public Task<long> CountAsync(string? pipeline = null, bool? failed = null, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<RunEntry>().LongCountAsync(r => (pipeline == null || r.Pipeline == pipeline) && (failed == null || (r.Status == "failed") == failed), token), cancellationToken);

    /// <summary>One run; null when there is none.</summary>
    public Task<RunEntry?> FindAsync(string runId, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<RunEntry>().FirstOrDefaultAsync(r => r.RunId == runId, token), cancellationToken);

    /// <summary>Runs of a pipeline, newest first.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="partition">Only runs of this partition; null for all.</param>
    /// <param name="status">Only runs that stand like this; null for all.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<RunEntry>> ListAsync(string pipeline, string? partition = null, string? status = null, int limit = 100, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<RunEntry>().Where(r => r.Pipeline == pipeline && (partition == null || r.Partition == partition) && (status == null || r.Status == status))
            .OrderByDescending(r => r.StartedAt).ThenBy(r => r.RunId).Take(limit).ToListAsync(token),
        cancellationToken);

    /// <summary>Runs of a backfill, by partition.</summary>
    public Task<List<RunEntry>> OfBackfillAsync(string backfill, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<RunEntry>().Where(r => r.Backfill == backfill).OrderBy(r => r.Partition).ThenBy(r => r.StartedAt).ToListAsync(token), cancellationToken);

    /// <summary>Attempts of a run, in order of time.</summary>
    public Task<List<AttemptEntry>> AttemptsOfAsync(string runId, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<AttemptEntry>().Where(a => a.RunId == runId).OrderBy(a => a.StartedAt).ThenBy(a => a.Dataset).ThenBy(a => a.Step).ThenBy(a => a.Attempt).ToListAsync(token),
        cancellationToken);

    /// <summary>Figures of a run.</summary>
    public Task<List<StepMetric>> MetricsOfAsync(string runId, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<StepMetric>().Where(m => m.RunId == runId).OrderBy(m => m.Dataset).ThenBy(m => m.Step).ThenBy(m => m.Name).ToListAsync(token),
        cancellationToken);

    /// <summary>Mean and spread of one figure over the newest successful runs of a dataset's step: what estimates are made of.</summary>
    /// <returns>How many runs, their mean and standard deviation; zero runs when there is no history.</returns>
    public async Task<(long Runs, double Mean, double Deviation)> EstimateAsync(string pipeline, string dataset, string step, string metric, int newest = 30, CancellationToken cancellationToken = default) =>
        (await _store.QueryAsync(
            """
            SELECT count(*), coalesce(avg(value), 0), coalesce(stddev_samp(value), 0) FROM (
                SELECT m.value FROM catalog.runs r JOIN catalog.step_metrics m ON m.run_id = r.run_id AND m.dataset = $2 AND m.step = $3 AND m.name = $4
                WHERE r.pipeline = $1 AND r.status = 'succeeded' ORDER BY r.started_at DESC LIMIT $5) newest
            """,
            [pipeline, dataset, step, metric, newest],
            r => (r.GetInt64(0), r.GetDouble(1), r.GetDouble(2)),
            cancellationToken).ConfigureAwait(false)).Single();
}
