namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>
/// A commit that came first and this one cannot both stand. Nothing was written; reading the table anew and doing the work again may succeed. One sealed
/// type for each kind of conflict.
/// </summary>
public abstract class DeltaConflictException : LakehouseException
{
    private protected DeltaConflictException(string kind, string table, DeltaCommit winner, string reason)
        : base(
            $"delta.conflict.{kind}",
            $"Table '{table}': {reason} (version {winner.Version}, {OperationOf(winner)}{(winner.Id is { } id ? $" '{id}'" : "")}). Help: nothing was written; read the table again and repeat the work.",
            isTransient: true)
    {
        Table = table;
        WinningVersion = winner.Version;
        WinningOperation = OperationOf(winner);
    }

    /// <summary>Folder of the table.</summary>
    public string Table { get; }

    /// <summary>Version of the commit that came first.</summary>
    public long WinningVersion { get; }

    /// <summary>Its operation, <c>an operation without a name</c> when it did not say.</summary>
    public string WinningOperation { get; }

    private static string OperationOf(DeltaCommit winner) => winner.Info?["operation"]?.ToString() ?? "an operation without a name";
}
