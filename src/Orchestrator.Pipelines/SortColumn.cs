using Lakehouse.DuckDb;

namespace Orchestrator.Pipelines;

/// <summary>One term of an order.</summary>
/// <param name="Column">Name of the column, as the contract writes it.</param>
/// <param name="Descending">Largest first. Default of the notation: false.</param>
/// <param name="NullsLast">Nulls after all values. Default of the notation: true, in either direction.</param>
public sealed record SortColumn(string Column, bool Descending, bool NullsLast)
{
    /// <summary>The term as SQL, its name quoted.</summary>
    public string ToSql() => $"{SqlIdentifier.Quote(Column)} {(Descending ? "DESC" : "ASC")} NULLS {(NullsLast ? "LAST" : "FIRST")}";
}
