using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Who did what and when. Entries are added, never changed.</summary>
public sealed class AuditTrail
{
    private readonly CatalogStore _store;

    internal AuditTrail(CatalogStore store) => _store = store;

    /// <summary>Adds entries; one whose id is there is left as it is.</summary>
    /// <returns>How many were new.</returns>
    public Task<long> AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken = default) => _store.UpsertAsync(entries, Upsert.KeepFirst, cancellationToken);

    /// <summary>Entries, newest first.</summary>
    /// <param name="target">Only those on this target; null for all.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<AuditEntry>> ListAsync(string? target = null, int limit = 100, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<AuditEntry>().Where(a => target == null || a.Target == target).OrderByDescending(a => a.At).ThenBy(a => a.Id).Take(limit).ToListAsync(token), cancellationToken);
}
