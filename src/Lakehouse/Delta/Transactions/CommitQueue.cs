namespace Lakehouse.Delta.Transactions;

/// <summary>
/// Commits of the writers of one table object. Writers of one process would only throw away each other's puts, so they take turns; who has the turn takes the
/// commits of those that wait along, and puts all of them in one series. Each is held against everything before it, the others of the series too; what cannot
/// stand behind them waits for the next. Writers of other processes are met in the log, as ever.
/// </summary>
internal sealed class CommitQueue(DeltaTable table)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<PendingCommit> _waiting = [];

    /// <summary>Commits, alone or with others.</summary>
    /// <exception cref="Conflicts.DeltaConflictException">Another commit stands against it; nothing was written.</exception>
    public async Task<CommitOutcome> CommitAsync(PendingCommit commit, CancellationToken cancellationToken)
    {
        lock (_waiting)
        {
            _waiting.Add(commit);
        }

        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (Withdraw(commit))
            {
                throw;
            }

            // Another writer has taken it along: only the end of that series tells whether it was made.
            await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        try
        {
            while (!commit.IsSettled)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await MakeAsync(TakeWith(commit), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Withdraw(commit);
            _turn.Release();
        }

        return commit.Outcome;
    }

    /// <summary>Takes the turn for longer than a commit; disposing gives it on.</summary>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_turn);
    }

    /// <summary>Commits alone, by who has the turn.</summary>
    /// <exception cref="Conflicts.DeltaConflictException">Another commit stands against it; nothing was written.</exception>
    public async Task<CommitOutcome> CommitInTurnAsync(PendingCommit commit, CancellationToken cancellationToken)
    {
        while (!commit.IsSettled)
        {
            await MakeAsync([commit], cancellationToken).ConfigureAwait(false);
        }

        return commit.Outcome;
    }

    /// <summary>Holds commits against the log and puts those that can stand. The first is settled by it, or lost its version to another process and can be tried again.</summary>
    private async Task MakeAsync(IReadOnlyList<PendingCommit> batch, CancellationToken cancellationToken)
    {
        try
        {
            // Nobody's own cancellation ends what others wait for too.
            var token = batch.Count > 1 ? CancellationToken.None : cancellationToken;
            var next = batch.Min(c => c.From);
            DeltaCommit? last = null;
            for (; await table.KnownCommitAsync(next, token).ConfigureAwait(false) is { } winner; next++)
            {
                last = winner;
                foreach (var commit in batch.Where(c => !c.IsSettled && c.From == winner.Version))
                {
                    commit.Hold(winner);
                }
            }

            if (last is null && next > 0 && batch.Any(c => c.HasOwnTime))
            {
                last = await table.KnownCommitAsync(next - 1, token).ConfigureAwait(false);
            }

            var series = new List<(PendingCommit Pending, DeltaCommit Commit)>();
            foreach (var commit in batch.Where(c => !c.IsSettled && c.From == next))
            {
                if (commit.FitsBehind(series.Select(s => s.Commit)))
                {
                    var made = commit.At(next + series.Count, table.Now, (series.Count > 0 ? series[^1].Commit : last)?.InCommitTimestamp);
                    series.Add((commit, made));
                }
            }

            if (series.Count > 0)
            {
                FailPoint.Hit("commit.before-put");
                var count = await table.PutCommitsAsync([.. series.Select(s => s.Commit)], token).ConfigureAwait(false);
                foreach (var (commit, made) in series.Take(count))
                {
                    FailPoint.Hit("commit.after-put");
                    commit.Made(made.Version);
                }
            }
        }
        finally
        {
            // Those that wait have the turn after this one and see to it themselves.
            lock (_waiting)
            {
                _waiting.InsertRange(0, batch.Skip(1).Where(c => !c.IsSettled));
            }
        }
    }

    private List<PendingCommit> TakeWith(PendingCommit own)
    {
        lock (_waiting)
        {
            _waiting.Remove(own);
            // All of a series wait for its end: a store that gains nothing by it gets one at a time.
            List<PendingCommit> batch = [own, .. _waiting.Take(table.Store.SeriesLength - 1)];
            _waiting.RemoveRange(0, batch.Count - 1);
            return batch;
        }
    }

    private bool Withdraw(PendingCommit commit)
    {
        lock (_waiting)
        {
            return _waiting.Remove(commit);
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
