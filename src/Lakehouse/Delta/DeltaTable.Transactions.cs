using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta;

/// <summary>Transactions: work on a snapshot that commits only when no other commit stands against it.</summary>
public sealed partial class DeltaTable
{
    /// <summary>Writers of this process take turns: each would only throw away the others' puts.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Where the table lies.</summary>
    internal IObjectStore Store => _store;

    /// <summary>Clock for the log's times.</summary>
    internal TimeProvider Time => _time;

    /// <summary>Begins work on the newest version.</summary>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: the table does not exist.</exception>
    public async Task<DeltaTransaction> BeginAsync(CancellationToken cancellationToken = default) => new(
        this,
        await HeadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new LakehouseException("delta.missing", $"Table '{Path}' does not exist: expected version 0 of its log. Help: create it first."));

    /// <summary>Begins work on a snapshot taken before: commits made since then are held against it.</summary>
    public DeltaTransaction Begin(DeltaSnapshot snapshot) => new(this, snapshot);

    /// <summary>
    /// Does work and commits it; on a conflict does it again from the newest version. The work must take back what it left outside of the log when it is
    /// repeated, or leave it to the sweep of orphans.
    /// </summary>
    /// <param name="work">Reads and stages through the transaction; tells what to say of the commit, or null to commit nothing.</param>
    /// <param name="attempts">Most attempts; the last conflict is thrown. Default: 20.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The outcome, and null when there was nothing to commit.</returns>
    public async Task<CommitOutcome?> TransactAsync(
        Func<DeltaTransaction, CancellationToken, Task<CommitDescription?>> work, int attempts = 20, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var transaction = await BeginAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await work(transaction, cancellationToken).ConfigureAwait(false) is { } description
                    ? await transaction.CommitAsync(description, cancellationToken).ConfigureAwait(false)
                    : null;
            }
            catch (DeltaConflictException) when (attempt < attempts)
            {
                // The next attempt sees what stood against this one.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>A commit; null when the log has none of that version.</summary>
    internal Task<DeltaCommit?> CommitOrNullAsync(long version, CancellationToken cancellationToken) => ReadCommitAsync(version, cancellationToken);

    /// <summary>Waits for this writer's turn; disposing gives it on.</summary>
    internal async Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
