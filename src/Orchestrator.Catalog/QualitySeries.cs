using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Results of checks, one point per check, partition and epoch.</summary>
public sealed class QualitySeries
{
    private readonly CatalogStore _store;

    internal QualitySeries(CatalogStore store) => _store = store;

    /// <summary>Adds points; a repeated one takes the place of the first.</summary>
    public Task<long> AddAsync(IReadOnlyList<QualityPoint> points, CancellationToken cancellationToken = default) => _store.UpsertAsync(points, Upsert.Replace, cancellationToken);

    /// <summary>The newest epoch of every partition for one check, by partition: the time series.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="rule">The check.</param>
    /// <param name="before">Only partitions whose names come before this one, such as those a band is learned from; null for all.</param>
    /// <param name="newest">Most partitions to return, the last ones by name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<List<QualityPoint>> SeriesAsync(string pipeline, string dataset, string rule, string? before = null, int newest = 1000, CancellationToken cancellationToken = default)
    {
        var points = await _store.ReadAsync(
            (c, token) => c.Set<QualityPoint>().FromSql(
                $"""
                SELECT * FROM (
                    SELECT DISTINCT ON (partition) * FROM catalog.quality_series
                    WHERE pipeline = {pipeline} AND dataset = {dataset} AND rule = {rule} AND ({before}::text IS NULL OR partition < {before})
                    ORDER BY partition DESC, epoch DESC LIMIT {newest}) q
                """).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        return [.. points.OrderBy(p => p.Partition, StringComparer.Ordinal)];
    }

    /// <summary>The results of one run, broken ones first.</summary>
    public Task<List<QualityPoint>> OfRunAsync(string runId, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<QualityPoint>().Where(q => q.RunId == runId).OrderBy(q => q.Passed).ThenBy(q => q.Dataset).ThenBy(q => q.Rule).ToListAsync(token), cancellationToken);
}
