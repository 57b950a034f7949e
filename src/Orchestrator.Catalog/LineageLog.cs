using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>What was made from what, exact to columns and versions.</summary>
public sealed class LineageLog
{
    private readonly CatalogStore _store;

    internal LineageLog(CatalogStore store) => _store = store;

    /// <summary>Adds edges; a repeated one takes the place of the first.</summary>
    public Task<long> AddAsync(IReadOnlyList<LineageEdge> edges, CancellationToken cancellationToken = default) => _store.UpsertAsync(edges, Upsert.Replace, cancellationToken);

    /// <summary>Edges of one run.</summary>
    public Task<List<LineageEdge>> OfRunAsync(string runId, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<LineageEdge>().Where(e => e.RunId == runId).OrderBy(e => e.Output).ThenBy(e => e.OutputColumn).ThenBy(e => e.Input).ThenBy(e => e.InputColumn).ToListAsync(token), cancellationToken);

    /// <summary>What a table, or one of its columns, was ever made from: the newest edge of each pair.</summary>
    public Task<List<LineageEdge>> UpstreamAsync(string output, string? column = null, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<LineageEdge>().FromSql(
            $"""
            SELECT DISTINCT ON (output, output_column, input, input_column) * FROM catalog.lineage_edges
            WHERE output = {output} AND ({column}::text IS NULL OR output_column = {column}) ORDER BY output, output_column, input, input_column, recorded_at DESC
            """).ToListAsync(token),
        cancellationToken);

    /// <summary>What was ever made from a table, or one of its columns: the newest edge of each pair.</summary>
    public Task<List<LineageEdge>> DownstreamAsync(string input, string? column = null, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<LineageEdge>().FromSql(
            $"""
            SELECT DISTINCT ON (output, output_column, input, input_column) * FROM catalog.lineage_edges
            WHERE input = {input} AND ({column}::text IS NULL OR input_column = {column}) ORDER BY output, output_column, input, input_column, recorded_at DESC
            """).ToListAsync(token),
        cancellationToken);
}
