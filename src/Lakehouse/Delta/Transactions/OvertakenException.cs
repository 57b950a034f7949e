using Lakehouse.Delta.Transactions.Conflicts;

namespace Lakehouse.Delta.Transactions;

/// <summary>A commit that stands only right behind the version it was made from came too late; it is made again. Never leaves the table.</summary>
internal sealed class OvertakenException(string table, DeltaCommit winner) : DeltaConflictException("overtaken", table, winner, "another commit was made first");
