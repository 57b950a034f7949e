namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>Another commit changed the same domain of the table's metadata.</summary>
public sealed class ConcurrentDomainMetadataException : DeltaConflictException
{
    internal ConcurrentDomainMetadataException(string table, DeltaCommit winner, string domain)
        : base("domain", table, winner, $"another commit changed domain '{domain}'")
    {
    }
}
