namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit added files that this one would have read.</summary>
public sealed class ConcurrentAppendException : DeltaConflictException
{
    internal ConcurrentAppendException(string table, DeltaCommit winner, AddFile file)
        : base("append", table, winner, $"another commit added '{file.Path}' {PartitionText.Of(file)}that this one would have read")
    {
    }
}
