namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit changed the schema, the partitioning or a property of the table.</summary>
public sealed class MetadataChangedException : DeltaConflictException
{
    internal MetadataChangedException(string table, DeltaCommit winner)
        : base("metadata", table, winner, "another commit changed the schema or the properties")
    {
    }
}
