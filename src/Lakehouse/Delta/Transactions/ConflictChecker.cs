using Lakehouse.Delta.Transactions.Conflicts;

namespace Lakehouse.Delta.Transactions;

/// <summary>
/// Holds a transaction against one commit that came before it. The order of the questions is Spark's, so that the same race gives the same kind of
/// conflict: protocol, metadata, added files, removed files that were read, removed files that are removed again, application, domain.
/// </summary>
internal sealed class ConflictChecker(string table, DeltaSnapshot snapshot, ReadScope read, IReadOnlyList<DeltaAction> ours, IsolationLevel isolation, bool isBlindAppend)
{
    private readonly HashSet<string> _removed = ours.OfType<RemoveFile>().Select(r => r.Path).ToHashSet(StringComparer.Ordinal);
    private readonly bool _changesMetadata = ours.Any(a => a is MetadataAction);

    /// <summary>Passes when both commits can stand.</summary>
    /// <exception cref="DeltaConflictException">They cannot; the type tells why.</exception>
    public void Check(DeltaCommit winner)
    {
        if (!IsToleratedUpgrade(winner))
        {
            if (winner.Actions.Any(a => a is ProtocolAction))
            {
                throw new ProtocolChangedException(table, winner);
            }

            if (winner.Actions.Any(a => a is MetadataAction))
            {
                throw new MetadataChangedException(table, winner);
            }
        }

        CheckAdded(winner);
        CheckRemoved(winner);
        CheckNamed(winner);
    }

    private void CheckAdded(DeltaCommit winner)
    {
        var disturbs = isolation switch
        {
            IsolationLevel.SnapshotIsolation => false,
            IsolationLevel.WriteSerializable when !_changesMetadata => !SaysBlindAppend(winner),
            _ => true,
        };
        if (disturbs && winner.Actions.OfType<AddFile>().FirstOrDefault(read.WouldHaveRead) is { } file)
        {
            throw new ConcurrentAppendException(table, winner, file);
        }
    }

    private void CheckRemoved(DeltaCommit winner)
    {
        foreach (var remove in winner.Actions.OfType<RemoveFile>())
        {
            if (read.HasRead(remove.Path))
            {
                throw new ConcurrentDeleteReadException(table, winner, remove.Path);
            }

            if (_removed.Contains(remove.Path))
            {
                throw new ConcurrentDeleteDeleteException(table, winner, remove.Path);
            }
        }
    }

    private void CheckNamed(DeltaCommit winner)
    {
        foreach (var transaction in winner.Actions.OfType<TransactionAction>())
        {
            if (read.HasReadApplication(transaction.AppId) || ours.OfType<TransactionAction>().Any(t => t.AppId == transaction.AppId))
            {
                throw new ConcurrentTransactionException(table, winner, transaction.AppId);
            }
        }

        foreach (var domain in winner.Actions.OfType<DomainMetadataAction>())
        {
            if (ours.OfType<DomainMetadataAction>().Any(d => d.Domain == domain.Domain))
            {
                throw new ConcurrentDomainMetadataException(table, winner, domain.Domain);
            }
        }
    }

    /// <summary>
    /// Switching on deletion vectors changes nothing for who only appends: it says that others may now hide rows of files. Spark lets a running append
    /// through, and so do we, as long as nothing else changed.
    /// </summary>
    private bool IsToleratedUpgrade(DeltaCommit winner) =>
        isBlindAppend && ours.All(a => a is not (MetadataAction or ProtocolAction))
        && winner.Actions.OfType<MetadataAction>().All(m => ToleratedUpgrade.Covers(snapshot.Metadata, m))
        && winner.Actions.OfType<ProtocolAction>().All(p => ToleratedUpgrade.Covers(snapshot.Protocol, p))
        && winner.Actions.Any(a => a is MetadataAction);

    private static bool SaysBlindAppend(DeltaCommit winner) =>
        winner.Info?["isBlindAppend"] is { } said && said.GetValueKind() == System.Text.Json.JsonValueKind.True;
}
