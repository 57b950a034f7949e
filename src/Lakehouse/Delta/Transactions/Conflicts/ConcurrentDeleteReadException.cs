namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit removed a file that this one has read.</summary>
public sealed class ConcurrentDeleteReadException : DeltaConflictException
{
    internal ConcurrentDeleteReadException(string table, DeltaCommit winner, string path)
        : base("delete_read", table, winner, $"another commit removed '{path}', which this one has read")
    {
    }
}
