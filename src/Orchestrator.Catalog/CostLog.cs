using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>What runs cost, by kind of use.</summary>
public sealed class CostLog
{
    private readonly CatalogStore _store;

    internal CostLog(CatalogStore store) => _store = store;

    /// <summary>Adds costs; a repeated entry takes the place of the first.</summary>
    public Task<long> AddAsync(IReadOnlyList<CostEntry> costs, CancellationToken cancellationToken = default) => _store.UpsertAsync(costs, Upsert.Replace, cancellationToken);

    /// <summary>What a pipeline cost from one moment (inclusive) to another (exclusive), by kind.</summary>
    public async Task<IReadOnlyDictionary<string, (double Quantity, decimal Amount)>> SumAsync(string pipeline, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default) =>
        (await _store.QueryAsync(
            "SELECT kind, sum(quantity), sum(amount) FROM catalog.costs WHERE pipeline = $1 AND recorded_at >= $2 AND recorded_at < $3 GROUP BY kind ORDER BY kind",
            [pipeline, from, to],
            r => (Kind: r.GetString(0), Quantity: r.GetDouble(1), Amount: r.GetDecimal(2)),
            cancellationToken).ConfigureAwait(false)).ToDictionary(c => c.Kind, c => (c.Quantity, c.Amount), StringComparer.Ordinal);
}
