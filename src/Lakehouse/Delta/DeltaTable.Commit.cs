using Lakehouse.Delta.Transactions;

namespace Lakehouse.Delta;

/// <summary>Commits: put-if-absent of the next version, again and again until one is ours or must not be.</summary>
public sealed partial class DeltaTable
{
    /// <summary>How often a put of unknown outcome is tried again before its error is the caller's.</summary>
    private const int PutAttempts = 3;

    /// <summary>How often a work may be overtaken by other writers of this object before it keeps them waiting while it is made again.</summary>
    private const int FreeAttempts = 2;

    /// <summary>
    /// Commits once, however often it is called with the same <see cref="CommitRequest.Id"/>: the log itself tells whether it is there, also when
    /// a reply was lost.
    /// </summary>
    /// <exception cref="LakehouseException"><c>publish.fenced</c>: another work of the same application has committed this or a later version.</exception>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: the table does not exist.</exception>
    public async Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var turn = attempt > FreeAttempts ? await Queue.TakeTurnAsync(cancellationToken).ConfigureAwait(false) : null;
            var head = await HeadAsync(cancellationToken).ConfigureAwait(false) ?? throw Missing();
            WriterRules.RefuseUnsupported(Path, head.Protocol, head.Metadata);
            if (head.Transactions.TryGetValue(request.Transaction.AppId, out var last) && last.Version >= request.Transaction.Version)
            {
                return await RecogniseAsync(request, head, last, cancellationToken).ConfigureAwait(false);
            }

            if (request.Veto is { } veto && await veto(head, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return new CommitResult(null, false, refusal);
            }

            var transaction = Begin(head);
            transaction.Advance(request.Transaction.AppId, request.Transaction.Version);
            transaction.Add(request.Changes(head));
            var said = request.Work is { } work ? await work(transaction, cancellationToken).ConfigureAwait(false) : new CommitDescription { Operation = request.Operation };
            var commit = transaction.Prepare(said with { CommitId = request.Id, Info = request.Info, IsBlindAppend = false }, isFixed: true);
            FailPoint.Hit("publish.before-commit");
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                // Once it is on its way its outcome is waited for: whoever gives up in between would not know what is visible.
                var outcome = await (turn is null ? Queue.CommitAsync(commit, CancellationToken.None) : Queue.CommitInTurnAsync(commit, CancellationToken.None)).ConfigureAwait(false);
                FailPoint.Hit("publish.after-commit");
                return new CommitResult(outcome.Version, outcome.AlreadyThere, null);
            }
            catch (OvertakenException)
            {
                // The veto and the changes are asked again, of the version that was first.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Adds that take the place of every file of the given values of the first partition column.</summary>
    public static IEnumerable<DeltaAction> ReplacePartitions(DeltaSnapshot head, IReadOnlySet<string> partitions, IEnumerable<AddFile> adds, long now)
    {
        foreach (var file in head.FilesOf(partitions))
        {
            yield return RemoveFile.Of(file, now);
        }

        foreach (var add in adds)
        {
            yield return add;
        }
    }

    /// <summary>
    /// Puts commits one behind the other and tells how many, from the first on, are in the log as ours: this put made them, or one whose reply was lost. An error
    /// leaves the outcome unknown; the same versions are tried again until the log tells who has them. That is safe also while the first put is still under
    /// way: only one of them can win, and both are the same work.
    /// </summary>
    internal async Task<int> PutCommitsAsync(IReadOnlyList<DeltaCommit> commits, CancellationToken cancellationToken)
    {
        (string Path, ReadOnlyMemory<byte> Content)[] objects = [.. commits.Select(c => (CommitPath(c.Version), (ReadOnlyMemory<byte>)DeltaJson.Write(c.Actions)))];
        var (made, isTaken) = (0, false);
        for (var attempt = 1; made < commits.Count && !isTaken && attempt <= PutAttempts; attempt++)
        {
            try
            {
                made += await _store.PutSeriesIfAbsentAsync(objects[made..], cancellationToken).ConfigureAwait(false);
                (made, isTaken) = await CountOursAsync(commits, made, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or LakehouseException { IsTransient: true })
            {
                (made, isTaken) = await CountOursAsync(commits, made, cancellationToken).ConfigureAwait(false);
                if (made == 0 && !isTaken && attempt == PutAttempts)
                {
                    throw;
                }
            }
        }

        foreach (var commit in commits.Take(made))
        {
            _recent.Add(commit);
            CheckpointIfDue(commit.Version);
        }

        return made;
    }

    /// <summary>How many are in the log as ours, some being known to be; and whether the version of the next is another's.</summary>
    private async Task<(int Made, bool IsTaken)> CountOursAsync(IReadOnlyList<DeltaCommit> commits, int made, CancellationToken cancellationToken)
    {
        for (; made < commits.Count; made++)
        {
            var there = await ReadCommitAsync(commits[made].Version, cancellationToken).ConfigureAwait(false);
            if (there?.Id != commits[made].Id)
            {
                return (made, there is not null);
            }
        }

        return (made, false);
    }

    /// <summary>The transaction entry is there already: by an earlier attempt of this work, or by somebody who must shut it out.</summary>
    private async Task<CommitResult> RecogniseAsync(CommitRequest request, DeltaSnapshot head, (long Version, long CommittedAt) last, CancellationToken cancellationToken)
    {
        var commit = last.CommittedAt == UnknownCommit
            ? await FindTransactionAsync(head, request.Transaction.AppId, cancellationToken).ConfigureAwait(false)
            : await ReadCommitAsync(last.CommittedAt, cancellationToken).ConfigureAwait(false);
        return last.Version == request.Transaction.Version && commit?.Id == request.Id
            ? new CommitResult(commit.Version, true, null)
            : throw new LakehouseException(
                "publish.fenced",
                $"Table '{Path}': '{request.Transaction.AppId}' wants to commit epoch {request.Transaction.Version}, but epoch {last.Version} was committed at {(commit is null ? "a version whose commit is gone" : $"version {commit.Version} by '{commit.Id}'")}. "
                + "Help: nothing to do, a later run has taken over; run again if this one's rows are wanted.");
    }

    /// <summary>Newest commit that tells of an application; a checkpoint keeps how far it has got, not where that was said.</summary>
    private async Task<DeltaCommit?> FindTransactionAsync(DeltaSnapshot head, string appId, CancellationToken cancellationToken)
    {
        for (var version = head.Version; version >= 0 && await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false) is { } commit; version--)
        {
            if (commit.Actions.OfType<TransactionAction>().Any(t => t.AppId == appId))
            {
                return commit;
            }
        }

        return null;
    }
}
