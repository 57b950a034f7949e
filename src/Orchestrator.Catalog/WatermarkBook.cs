using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>How far sources and datasets have been read. An event time only grows; writers are fenced by epochs.</summary>
public sealed class WatermarkBook
{
    private static readonly Upsert Advance = new() { When = "t.epoch <= excluded.epoch", Values = new Dictionary<string, string> { ["event_time"] = "greatest(t.event_time, excluded.event_time)" } };

    private readonly CatalogStore _store;

    internal WatermarkBook(CatalogStore store) => _store = store;

    /// <summary>Moves a watermark on.</summary>
    /// <returns>False when a writer of a later epoch was there.</returns>
    public async Task<bool> AdvanceAsync(Watermark watermark, CancellationToken cancellationToken = default) =>
        await _store.UpsertAsync([watermark], Advance, cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>A watermark; null when there is none yet.</summary>
    public Task<Watermark?> FindAsync(string pipeline, string name, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<Watermark>().FirstOrDefaultAsync(w => w.Pipeline == pipeline && w.Name == name, token), cancellationToken);
}
