using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>
/// The catalog: what outlives Temporal's histories. Every write may be repeated without harm: rows are identified by run and epoch, and a
/// later epoch is never overwritten by an earlier one. Losing it loses nothing for good: it is rebuilt from the lake's commits.
/// </summary>
public sealed class CatalogDatabase : IAsyncDisposable
{
    private readonly CatalogStore _store;

    private CatalogDatabase(CatalogStore store)
    {
        _store = store;
        Ledger = new PartitionLedger(store);
        Runs = new RunLog(store);
        Quality = new QualitySeries(store);
        Lineage = new LineageLog(store);
        Holds = new HoldBook(store);
        Quarantine = new QuarantineIndex(store);
        Costs = new CostLog(store);
        Watermarks = new WatermarkBook(store);
        Audit = new AuditTrail(store);
        Outbox = new MessageOutbox(store);
    }

    /// <summary>What is known of every partition, and who owns it.</summary>
    public PartitionLedger Ledger { get; }

    /// <summary>Runs, their attempts and figures.</summary>
    public RunLog Runs { get; }

    /// <summary>Results of checks over time.</summary>
    public QualitySeries Quality { get; }

    /// <summary>What was made from what.</summary>
    public LineageLog Lineage { get; }

    /// <summary>Held partitions, decisions and waivers.</summary>
    public HoldBook Holds { get; }

    /// <summary>Where quarantined rows lie.</summary>
    public QuarantineIndex Quarantine { get; }

    /// <summary>What runs cost.</summary>
    public CostLog Costs { get; }

    /// <summary>How far sources and datasets have been read.</summary>
    public WatermarkBook Watermarks { get; }

    /// <summary>Who did what.</summary>
    public AuditTrail Audit { get; }

    /// <summary>What has to reach other systems.</summary>
    public MessageOutbox Outbox { get; }

    /// <summary>Opens the catalog and brings its tables up to date; safe while others do the same.</summary>
    /// <param name="connectionString">How to connect; never logged.</param>
    /// <param name="clock">Gives the times of entries that carry none. Default: the system's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CatalogException">The server cannot be reached, or its tables cannot be brought up to date.</exception>
    public static async Task<CatalogDatabase> OpenAsync(string connectionString, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        var store = new CatalogStore(connectionString, clock ?? TimeProvider.System);
        try
        {
            await store.MigrateAsync(cancellationToken).ConfigureAwait(false);
            return new CatalogDatabase(store);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes every entry that can be made again from the lake (ledger, runs, attempts, figures, quality, lineage, quarantine, costs, watermarks); decisions, waivers, audit and outbox stay.</summary>
    public Task ClearDerivedAsync(CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            "TRUNCATE catalog.partition_ledger, catalog.claims, catalog.runs, catalog.attempts, catalog.step_metrics, catalog.quality_series, catalog.lineage_edges, catalog.quarantine, catalog.costs, catalog.watermarks",
            [],
            token),
        cancellationToken);

    /// <summary>Removes everything but the outbox, for a rebuild from a lake that has it all.</summary>
    public Task ClearAsync(CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(
            connection,
            "TRUNCATE catalog.partition_ledger, catalog.claims, catalog.runs, catalog.attempts, catalog.step_metrics, catalog.quality_series, catalog.lineage_edges, catalog.quarantine, catalog.costs, catalog.watermarks, "
            + "catalog.holds, catalog.hold_decisions, catalog.waivers, catalog.audit_trail",
            [],
            token),
        cancellationToken);

    /// <summary>Rows of every table, by its name.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountsAsync(CancellationToken cancellationToken = default)
    {
        var names = await _store.QueryAsync(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'catalog' AND table_name <> 'migrations' ORDER BY 1", [], r => r.GetString(0), cancellationToken).ConfigureAwait(false);
        var counts = await _store.QueryAsync(string.Join(" UNION ALL ", names.Select(n => $"SELECT '{n}', count(*) FROM catalog.{n}")), [], r => (Name: r.GetString(0), Rows: r.GetInt64(1)), cancellationToken).ConfigureAwait(false);
        return counts.ToDictionary(c => c.Name, c => c.Rows, StringComparer.Ordinal);
    }

    /// <summary>Closes all connections.</summary>
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
