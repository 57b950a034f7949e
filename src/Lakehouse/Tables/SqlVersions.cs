using System.Text;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables;

/// <summary>Puts the names of pinned views in the place of <c>table AT (VERSION => n)</c>, which the engine has only for its own catalogs.</summary>
internal static class SqlVersions
{
    /// <summary>The text with each versioned reference renamed and its AT clause taken out.</summary>
    public static string Replace(SqlModel model, IReadOnlyDictionary<SqlTableReference, string> views)
    {
        var sql = new StringBuilder();
        var done = 0;
        foreach (var reference in model.Tables.Where(t => t.Version is not null))
        {
            var nameEnd = EndOfName(model.Sql, reference.Position);
            var (clause, clauseEnd) = FindClause(model.Sql, nameEnd);
            sql.Append(model.Sql, done, reference.Position - done).Append(SqlIdentifier.QuoteQualified(views[reference]));

            // An alias stands between the name and the clause; without one the name itself must stay usable.
            var between = model.Sql[nameEnd..clause];
            sql.Append(between.Trim().Length > 0 ? between : $" AS {SqlIdentifier.Quote(reference.Name.Split('.')[^1])} ");
            done = clauseEnd;
        }

        return sql.Append(model.Sql, done, model.Sql.Length - done).ToString();
    }

    private static int EndOfName(string sql, int start)
    {
        var tokens = new SqlTokens(sql, start);
        var end = start;
        while (tokens.Next() is { } token && (token.IsWord || token.Text == "."))
        {
            var expectsWord = end == start || sql[end - 1] == '.';
            if (token.IsWord && !expectsWord)
            {
                break;
            }

            end = token.End;
        }

        return end;
    }

    private static (int Start, int End) FindClause(string sql, int from)
    {
        var tokens = new SqlTokens(sql, from);
        while (tokens.Next() is { } token)
        {
            if (token.IsWord && token.Text.Equals("at", StringComparison.OrdinalIgnoreCase))
            {
                while (tokens.Next() is { } next)
                {
                    if (next.Text == ")")
                    {
                        return (token.Start, next.End);
                    }
                }
            }
        }

        throw new SqlSyntaxException("AT clause not found where the parser saw one.", from);
    }
}
