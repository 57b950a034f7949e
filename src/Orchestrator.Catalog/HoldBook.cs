using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog;

/// <summary>Partitions that wait for somebody, what was decided, and which checks are out of force. Workflows decide; this is what people see and what stays.</summary>
public sealed class HoldBook
{
    private readonly CatalogStore _store;

    internal HoldBook(CatalogStore store) => _store = store;

    /// <summary>Raises a hold; one that is there stays as it is. Open holds of earlier epochs of the partition are superseded.</summary>
    /// <returns>Whether it is new.</returns>
    public Task<bool> RaiseAsync(Hold hold, CancellationToken cancellationToken = default) => _store.WriteAsync(
        async (connection, token) =>
        {
            await CatalogStore.ExecuteAsync(
                connection,
                "UPDATE catalog.holds SET state = 'Superseded', revision = revision + 1, updated_at = $5 WHERE pipeline = $1 AND dataset = $2 AND partition = $3 AND epoch < $4 AND state = 'Open'",
                [hold.Pipeline, hold.Dataset, hold.Partition, hold.Epoch, _store.Clock.GetUtcNow()],
                token).ConfigureAwait(false);
            return await BulkWriter.UpsertAsync(connection, _store.Map<Hold>(), [hold], Upsert.KeepFirst, token).ConfigureAwait(false) == 1;
        },
        cancellationToken);

    /// <summary>Records a decision with its entry in the audit trail; a waiver takes effect with it. A repeated decision changes nothing.</summary>
    /// <returns>The hold after it.</returns>
    /// <exception cref="StaleDecisionException">The hold has changed since, or is decided already.</exception>
    /// <exception cref="CatalogException">There is no such hold, or the action is none.</exception>
    public Task<Hold> DecideAsync(HoldDecision decision, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var state = StateAfter(decision);
        return _store.WriteAsync(
            async (connection, token) =>
            {
                var hold = await LockAsync(connection, decision.HoldId, token).ConfigureAwait(false)
                    ?? throw new CatalogException($"There is no hold '{decision.HoldId}'.\nHelp: 'orchestrator holds' lists those that are open.");
                var known = await CatalogStore.QueryAsync(connection, "SELECT hold_id FROM catalog.hold_decisions WHERE decision_id = $1", [decision.DecisionId], r => r.GetString(0), token).ConfigureAwait(false);
                if (known.Count > 0)
                {
                    return hold;
                }

                if (hold.State != HoldState.Open || hold.Revision != decision.Revision)
                {
                    throw new StaleDecisionException($"Hold '{hold.HoldId}' is {hold.State.ToString().ToLowerInvariant()} at revision {hold.Revision}, the decision was taken on revision {decision.Revision}.\nHelp: look at the hold again and decide anew.");
                }

                await BulkWriter.UpsertAsync(connection, _store.Map<HoldDecision>(), [decision], Upsert.KeepFirst, token).ConfigureAwait(false);
                var decided = hold with { State = state, Revision = hold.Revision + 1, UpdatedAt = decision.DecidedAt };
                await BulkWriter.UpsertAsync(connection, _store.Map<Hold>(), [decided], Upsert.Replace, token).ConfigureAwait(false);
                if (decision is { Action: "waive", Rule: { } rule, Until: { } until })
                {
                    await BulkWriter.UpsertAsync(connection, _store.Map<Waiver>(), [new Waiver { Pipeline = hold.Pipeline, Dataset = hold.Dataset, Rule = rule, Actor = decision.Actor, Reason = decision.Reason, Until = until, CreatedAt = decision.DecidedAt }], Upsert.Replace, token).ConfigureAwait(false);
                }

                var audit = new AuditEntry { Id = "hold/" + decision.DecisionId, At = decision.DecidedAt, Actor = decision.Actor, Action = "hold." + decision.Action, Target = hold.HoldId };
                await BulkWriter.UpsertAsync(connection, _store.Map<AuditEntry>(), [audit], Upsert.KeepFirst, token).ConfigureAwait(false);
                return decided;
            },
            cancellationToken);
    }

    /// <summary>Takes over a hold as the lake has recorded it, with its decision and what that waives. May come in any order and more than once: a hold never goes back to an earlier revision.</summary>
    /// <param name="hold">The hold.</param>
    /// <param name="decision">What was decided about it; null while it is open.</param>
    /// <param name="waivers">What the decision waives.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RestoreAsync(Hold hold, HoldDecision? decision, IReadOnlyList<Waiver> waivers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hold);
        return _store.WriteAsync(
            async (connection, token) =>
            {
                await BulkWriter.UpsertAsync(connection, _store.Map<Hold>(), [hold], new Upsert { When = "t.revision <= excluded.revision" }, token).ConfigureAwait(false);
                await BulkWriter.UpsertAsync(connection, _store.Map<Waiver>(), waivers, new Upsert { When = "t.created_at <= excluded.created_at" }, token).ConfigureAwait(false);
                if (decision is not null)
                {
                    await BulkWriter.UpsertAsync(connection, _store.Map<HoldDecision>(), [decision], Upsert.KeepFirst, token).ConfigureAwait(false);
                    var audit = new AuditEntry { Id = "hold/" + decision.DecisionId, At = decision.DecidedAt, Actor = decision.Actor, Action = "hold." + decision.Action, Target = hold.HoldId };
                    await BulkWriter.UpsertAsync(connection, _store.Map<AuditEntry>(), [audit], Upsert.KeepFirst, token).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);
    }

    /// <summary>One hold; null when there is none.</summary>
    public Task<Hold?> FindAsync(string holdId, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<Hold>().FirstOrDefaultAsync(h => h.HoldId == holdId, token), cancellationToken);

    /// <summary>Open holds, oldest first.</summary>
    /// <param name="pipeline">Only those of this pipeline; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<Hold>> OpenAsync(string? pipeline = null, CancellationToken cancellationToken = default) => _store.ReadAsync(
        (c, token) => c.Set<Hold>().Where(h => h.State == HoldState.Open && (pipeline == null || h.Pipeline == pipeline)).OrderBy(h => h.RaisedAt).ThenBy(h => h.HoldId).ToListAsync(token),
        cancellationToken);

    /// <summary>What was decided about a hold, in order.</summary>
    public Task<List<HoldDecision>> DecisionsAsync(string holdId, CancellationToken cancellationToken = default) =>
        _store.ReadAsync((c, token) => c.Set<HoldDecision>().Where(d => d.HoldId == holdId).OrderBy(d => d.Revision).ToListAsync(token), cancellationToken);

    /// <summary>Checks of a dataset that are out of force at a moment.</summary>
    public Task<List<Waiver>> WaiversAsync(string pipeline, string dataset, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var instant = at.ToUniversalTime();
        return _store.ReadAsync((c, token) => c.Set<Waiver>().Where(w => w.Pipeline == pipeline && w.Dataset == dataset && w.Until > instant).OrderBy(w => w.Rule).ToListAsync(token), cancellationToken);
    }

    private static HoldState StateAfter(HoldDecision decision) => decision.Action switch
    {
        "approve" => HoldState.Approved,
        "reject" => HoldState.Rejected,
        "retry" => HoldState.Retried,
        "waive" when decision is { Rule: not null, Until: not null } => HoldState.Waived,
        "waive" => throw new CatalogException($"Decision '{decision.DecisionId}' waives no rule: expected a rule and a time until which it is out of force."),
        "expire" => HoldState.Expired,
        _ => throw new CatalogException($"Decision '{decision.DecisionId}' has action '{decision.Action}': expected approve, reject, retry, waive or expire."),
    };

    private static Task<Hold?> LockAsync(NpgsqlConnection connection, string holdId, CancellationToken cancellationToken) =>
        CatalogStore.ReadAsync(connection, async (c, token) => (await c.Set<Hold>().FromSql($"SELECT * FROM catalog.holds WHERE hold_id = {holdId} FOR UPDATE").AsNoTracking().ToListAsync(token).ConfigureAwait(false)).SingleOrDefault(), cancellationToken);
}
