using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Messages that have to reach other systems at least once: taken with a lease, given back by its end, done when delivered.</summary>
public sealed class MessageOutbox
{
    private readonly CatalogStore _store;

    internal MessageOutbox(CatalogStore store) => _store = store;

    /// <summary>Adds messages; one whose id is there is left as it is.</summary>
    /// <returns>How many were new.</returns>
    public Task<long> AddAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken = default) => _store.UpsertAsync(messages, Upsert.KeepFirst, cancellationToken);

    /// <summary>Takes messages that are due, oldest first; nobody else gets them until the lease ends.</summary>
    public Task<List<OutboxMessage>> TakeAsync(string topic, int most, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var now = _store.Clock.GetUtcNow().ToUniversalTime();
        var until = now + lease;
        return _store.ReadAsync(
            async (c, token) =>
            {
                var taken = await c.Set<OutboxMessage>().FromSql(
                    $"""
                    UPDATE catalog.outbox SET available_at = {until}, attempts = attempts + 1 WHERE message_id IN (
                        SELECT message_id FROM catalog.outbox WHERE topic = {topic} AND delivered_at IS NULL AND available_at <= {now}
                        ORDER BY created_at, message_id LIMIT {most} FOR UPDATE SKIP LOCKED)
                    RETURNING *
                    """).ToListAsync(token).ConfigureAwait(false);
                return taken.OrderBy(m => m.CreatedAt).ThenBy(m => m.MessageId, StringComparer.Ordinal).ToList();
            },
            cancellationToken);
    }

    /// <summary>Records that messages have arrived.</summary>
    public Task<int> DeliveredAsync(IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(connection, "UPDATE catalog.outbox SET delivered_at = $2, last_error = NULL WHERE message_id = ANY($1) AND delivered_at IS NULL", [messageIds.ToArray(), _store.Clock.GetUtcNow()], token),
        cancellationToken);

    /// <summary>Records that a message did not arrive, and when it is tried again.</summary>
    public Task FailedAsync(string messageId, string error, DateTimeOffset retryAt, CancellationToken cancellationToken = default) => _store.WriteAsync(
        (connection, token) => CatalogStore.ExecuteAsync(connection, "UPDATE catalog.outbox SET available_at = $3, last_error = $2 WHERE message_id = $1 AND delivered_at IS NULL", [messageId, error, retryAt], token),
        cancellationToken);

    /// <summary>How many messages have not arrived, by topic.</summary>
    public async Task<IReadOnlyDictionary<string, long>> PendingAsync(CancellationToken cancellationToken = default) =>
        (await _store.QueryAsync("SELECT topic, count(*) FROM catalog.outbox WHERE delivered_at IS NULL GROUP BY topic ORDER BY topic", [], r => (r.GetString(0), r.GetInt64(1)), cancellationToken).ConfigureAwait(false))
        .ToDictionary(r => r.Item1, r => r.Item2, StringComparer.Ordinal);
}
