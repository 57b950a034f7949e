namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit changed what readers and writers of the table must know.</summary>
public sealed class ProtocolChangedException : DeltaConflictException
{
    internal ProtocolChangedException(string table, DeltaCommit winner)
        : base("protocol", table, winner, "another commit changed the protocol")
    {
    }
}
