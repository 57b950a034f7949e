namespace Lakehouse.Delta.Transactions;

/// <summary>How a transaction ended.</summary>
/// <param name="Version">Version that holds the work; null when it wrote nothing because its application is further on already, by a commit that is not known any more.</param>
/// <param name="AlreadyThere">True when an earlier attempt, or a later epoch of the same application, had made it: nothing was written now.</param>
/// <param name="Rebased">Versions of others that the commit was checked against and went behind.</param>
public sealed record CommitOutcome(long? Version, bool AlreadyThere, int Rebased);
