using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>How far sources and datasets have been read. An event time only grows; writers are fenced by epochs.</summary>
public sealed class WatermarkBook
{
    private static readonly Upsert Advance = new() { When = "t.epoch <= excluded.epoch", Values = new Dictionary<string, string> { ["event_time"] = "greatest(t.event_time, excluded.event_time)" } };

    /// <summary>Like <see cref="Advance"/>, for marks that come in any order: the time of the first that reached furthest stays.</summary>
    internal static readonly Upsert Merging = new()
    {
        When = "t.epoch <= excluded.epoch",
        Values = new Dictionary<string, string>
        {
            ["event_time"] = "greatest(t.event_time, excluded.event_time)",
            ["updated_at"] = "CASE WHEN excluded.event_time > t.event_time OR t.event_time IS NULL THEN excluded.updated_at WHEN excluded.event_time = t.event_time THEN least(t.updated_at, excluded.updated_at) ELSE t.updated_at END",
        },
    };

    private readonly CatalogStore _store;

    internal WatermarkBook(CatalogStore store) => _store = store;

    /// <summary>Moves a watermark on.</summary>
    /// <returns>False when a writer of a later epoch was there.</returns>
    public async Task<bool> AdvanceAsync(Watermark watermark, CancellationToken cancellationToken = default) =>
        await _store.UpsertAsync([watermark], Advance, cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>Takes a watermark over as the lake tells it; marks may come in any order and more than once.</summary>
    public Task RestoreAsync(Watermark watermark, CancellationToken cancellationToken = default) => _store.UpsertAsync([watermark], Merging, cancellationToken);

    /// <summary>One mark for each name: the one that reached furthest, and of those the first.</summary>
    internal static IEnumerable<Watermark> Fold(IEnumerable<Watermark> marks) =>
        marks.GroupBy(m => (m.Pipeline, m.Name)).Select(g => g.OrderByDescending(m => m.EventTime).ThenBy(m => m.UpdatedAt).First());

    /// <summary>A watermark; null when there is none yet.</summary>
    public Task<Watermark?> FindAsync(string pipeline, string name, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<Watermark>().FirstOrDefaultAsync(w => w.Pipeline == pipeline && w.Name == name, token), cancellationToken);
}
