using Lakehouse.DuckDb;

namespace Lakehouse.Quality;

/// <summary>Tells what is wrong with a rule from what is wrong with the engine, and says it without values.</summary>
internal static class RuleFault
{
    /// <summary>Why a rule's SQL cannot be evaluated; null when it can.</summary>
    public static string? Of(DuckDbConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            connection.Query(sql, null, cancellationToken);
            return null;
        }
        catch (DuckDbException e) when (IsOfTheRule(e))
        {
            return Describe(e);
        }
    }

    public static bool IsOfTheRule(DuckDbException e) => e.ErrorType is DuckDbErrorType.Parser or DuckDbErrorType.Binder or DuckDbErrorType.Catalog
        or DuckDbErrorType.Conversion or DuckDbErrorType.OutOfRange or DuckDbErrorType.InvalidInput or DuckDbErrorType.Other;

    // What the engine says about values has values in it; what it says about names has only names.
    public static string Describe(DuckDbException e) => e.ErrorType is DuckDbErrorType.Parser or DuckDbErrorType.Binder or DuckDbErrorType.Catalog
        ? $"expected SQL that fits the table, seen: {e.Message.Split('\n')[0]}"
        : $"expected SQL that can be evaluated, seen an error of kind {e.ErrorType} on some row";
}
