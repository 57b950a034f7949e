using System.Text.Json.Nodes;
using Lakehouse.Delta.Transactions;

namespace Lakehouse.Delta;

/// <summary>Commits: put-if-absent of the next version, again and again until one is ours or must not be.</summary>
public sealed partial class DeltaTable
{
    /// <summary>Name of this writer in the log.</summary>
    internal const string Engine = "dotnet-orchestrator/0.1";

    /// <summary>How often a put of unknown outcome is tried again before its error is the caller's.</summary>
    private const int PutAttempts = 3;

    /// <summary>
    /// Commits once, however often it is called with the same <see cref="CommitRequest.Id"/>: the log itself tells whether it is there, also when
    /// a reply was lost.
    /// </summary>
    /// <exception cref="LakehouseException"><c>publish.fenced</c>: another work of the same application has committed this or a later version.</exception>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: the table does not exist.</exception>
    public async Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var head = await HeadAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new LakehouseException("delta.missing", $"Table '{Path}' does not exist: expected version 0 of its log. Help: create it first.");
            WriterRules.RefuseUnsupported(Path, head.Protocol, head.Metadata);
            if (head.Transactions.TryGetValue(request.Transaction.AppId, out var last) && last.Version >= request.Transaction.Version)
            {
                return await RecogniseAsync(request, head, last, cancellationToken).ConfigureAwait(false);
            }

            if (request.Veto is { } veto && await veto(head, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return new CommitResult(null, false, refusal);
            }

            DeltaAction[] changes = [.. request.Changes(head)];
            WriterRules.RefuseBroken(Path, head.Metadata, changes, rowsAreChecked: false);
            var version = head.Version + 1;
            var commit = DeltaJson.Write(
            [
                new CommitInfoAction(InfoOf(request.Operation, request.Id, request.Info)),
                request.Transaction with { LastUpdated = _time.GetUtcNow().ToUnixTimeMilliseconds() },
                .. changes,
            ]);
            FailPoint.Hit("publish.before-commit");
            if (await PutCommitAsync(version, request.Id, commit, cancellationToken).ConfigureAwait(false))
            {
                FailPoint.Hit("publish.after-commit");
                return new CommitResult(version, false, null);
            }
        }
    }

    /// <summary>Adds that take the place of every file of the given values of the first partition column.</summary>
    public static IEnumerable<DeltaAction> ReplacePartitions(DeltaSnapshot head, IReadOnlySet<string> partitions, IEnumerable<AddFile> adds, long now)
    {
        foreach (var file in head.Files.Values.Where(f => head.PartitionOf(f) is { } value && partitions.Contains(value)))
        {
            yield return RemoveFile.Of(file, now);
        }

        foreach (var add in adds)
        {
            yield return add;
        }
    }

    /// <summary>
    /// True when the version is ours: this put made it, or one whose reply was lost. An error leaves the outcome unknown; the same version is tried again
    /// until the log tells who has it. That is safe also while the first put is still under way: only one of them can win, and both are the same work.
    /// </summary>
    internal async Task<bool> PutCommitAsync(long version, string id, byte[] commit, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var isOurs = await _store.PutIfAbsentAsync(CommitPath(version), commit, cancellationToken).ConfigureAwait(false)
                    || (await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false))?.Id == id;
                if (isOurs)
                {
                    CheckpointIfDue(version);
                }

                return isOurs;
            }
            catch (Exception e) when (e is IOException or HttpRequestException or LakehouseException { IsTransient: true })
            {
                if (await ReadCommitAsync(version, cancellationToken).ConfigureAwait(false) is { } there)
                {
                    return there.Id == id;
                }

                if (attempt == PutAttempts)
                {
                    throw;
                }
            }
        }
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

    private JsonObject InfoOf(string operation, string id, JsonObject more)
    {
        var info = new JsonObject
        {
            ["timestamp"] = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["operation"] = operation,
            ["operationParameters"] = new JsonObject(),
            ["isBlindAppend"] = false,
            ["engineInfo"] = Engine,
            ["txnId"] = id,
        };
        foreach (var (key, value) in more)
        {
            info[key] = value?.DeepClone();
        }

        return info;
    }
}
