namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit told how far the same application has got.</summary>
public sealed class ConcurrentTransactionException : DeltaConflictException
{
    internal ConcurrentTransactionException(string table, DeltaCommit winner, string appId)
        : base("transaction", table, winner, $"another commit moved application '{appId}' on")
    {
    }
}
