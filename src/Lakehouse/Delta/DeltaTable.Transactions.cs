using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta;

/// <summary>Transactions: work on a snapshot that commits only when no other commit stands against it.</summary>
public sealed partial class DeltaTable
{
    /// <summary>Where the table lies.</summary>
    internal IObjectStore Store => _store;

    /// <summary>Clock for the log's times.</summary>
    internal TimeProvider Time => _time;

    /// <summary>That clock now, milliseconds since 1970 (UTC).</summary>
    internal long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Where the commits of this object's writers go.</summary>
    internal CommitQueue Queue { get; }

    /// <summary>Begins work on the newest version.</summary>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: the table does not exist.</exception>
    public async Task<DeltaTransaction> BeginAsync(CancellationToken cancellationToken = default) => new(
        this,
        await HeadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Missing());

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

    /// <summary>The same, from memory when it is one of the latest.</summary>
    internal async Task<DeltaCommit?> KnownCommitAsync(long version, CancellationToken cancellationToken)
    {
        if (_recent.Find(version) is { } known)
        {
            return known;
        }

        var read = await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false);
        if (read is not null)
        {
            _recent.Add(read);
        }

        return read;
    }
}
