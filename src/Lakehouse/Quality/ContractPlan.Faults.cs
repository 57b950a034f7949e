using Lakehouse.DuckDb;

namespace Lakehouse.Quality;

/// <content>What is wrong with the rules themselves, whatever the rows are.</content>
public sealed partial class ContractPlan
{
    /// <summary>The contract's own rules that can never be evaluated over the plan's columns, each with its line in the contract and why.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="relation">Name of a table or view with the plan's columns, unquoted; no row of it is read.</param>
    /// <param name="words">What an error of the engine says about a rule.</param>
    public IEnumerable<(int Line, string Rule, string Why)> RuleFaults(DuckDbConnection connection, string relation, Func<DuckDbException, string> words)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(words);
        var name = SqlIdentifier.QuoteQualified(relation);
        foreach (var check in _checks.Where(c => c.Line > 0))
        {
            if (check.Verdict is { Status: CheckStatus.Broken } verdict)
            {
                yield return (check.Line, check.Rule, verdict.Message!);
            }
            else if (SqlOf(check, name) is { } sql && Bind(connection, sql, words) is { } why)
            {
                yield return (check.Line, check.Rule, why);
            }
        }
    }

    private static string? SqlOf(CompiledCheck check, string relation) =>
        check.Verdict is not null ? null
        : check.Measure is { } measure ? measure(relation)
        : check.Aggregate is { } aggregate ? $"SELECT {aggregate(DateTimeOffset.UnixEpoch)} FROM {relation}"
        : check.Kind is CheckKind.Predicate ? $"SELECT count(*) FILTER (WHERE {check.Offends}) FROM {relation}"
        : null;

    private static string? Bind(DuckDbConnection connection, string sql, Func<DuckDbException, string> words)
    {
        try
        {
            connection.Query($"EXPLAIN {sql}");
            return null;
        }
        catch (DuckDbException e) when (e.ErrorType is DuckDbErrorType.Parser or DuckDbErrorType.Binder or DuckDbErrorType.Catalog)
        {
            return words(e);
        }
    }
}
