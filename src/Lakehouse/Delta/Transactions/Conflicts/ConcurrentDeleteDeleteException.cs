namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit removed a file that this one removes.</summary>
public sealed class ConcurrentDeleteDeleteException : DeltaConflictException
{
    internal ConcurrentDeleteDeleteException(string table, DeltaCommit winner, string path)
        : base("delete_delete", table, winner, $"another commit removed '{path}', which this one removes too")
    {
    }
}
