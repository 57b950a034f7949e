using System.Globalization;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>What a table asks of every new row: NOT NULL columns and CHECK constraints. A CHECK that is NULL is broken, as in Spark and delta-rs.</summary>
internal static class RowRules
{
    /// <summary>Refuses rows that break a rule of the table.</summary>
    /// <param name="connection">Where the rows are.</param>
    /// <param name="schema">The table.</param>
    /// <param name="relation">The rows: a quoted name.</param>
    /// <param name="table">Folder of the table, for the message.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <exception cref="LakehouseException"><c>delta.constraint</c>: names each broken rule and how many rows break it.</exception>
    public static void Refuse(DuckDbConnection connection, TableSchema schema, string relation, string table, CancellationToken cancellationToken)
    {
        (string Name, string IsKept)[] rules =
        [
            .. schema.Required().Select(r => ($"NOT NULL of column '{r.Name}'", r.IsKept)),
            .. Checks(schema).Select(c => ($"CHECK constraint '{c.Name}'", Admitted(table, c.Name, c.Expression))),
        ];
        if (rules.Length == 0)
        {
            return;
        }

        IReadOnlyList<object?> counts;
        try
        {
            counts = connection.Query($"SELECT {string.Join(", ", rules.Select(r => $"count(*) FILTER (WHERE ({r.IsKept}\n) IS NOT TRUE)"))} FROM {relation}", null, cancellationToken).Rows[0];
        }
        catch (DuckDbException e) when (e.ErrorType is DuckDbErrorType.Binder or DuckDbErrorType.Catalog or DuckDbErrorType.Parser)
        {
            throw new LakehouseException("delta.unsupported", $"Table '{table}' has a CHECK constraint that this engine cannot evaluate: {e.Message} Help: write it in words both engines know, or write the table with the engine that made it.", inner: e);
        }

        var broken = rules.Zip(counts, (r, c) => (r.Name, Rows: Convert.ToInt64(c, CultureInfo.InvariantCulture))).Where(r => r.Rows > 0).ToArray();
        if (broken.Length > 0)
        {
            throw new LakehouseException(
                "delta.constraint",
                $"Table '{table}' refuses the rows: {string.Join("; ", broken.Select(b => $"{b.Name} is broken by {b.Rows} row{(b.Rows == 1 ? "" : "s")}"))}. Help: filter or mend the rows; nothing was written.");
        }
    }

    /// <summary>The CHECK constraints of a table.</summary>
    public static IEnumerable<(string Name, string Expression)> Checks(TableSchema schema) =>
        schema.Metadata.Configuration.Where(p => p.Key.StartsWith(WriterRules.ConstraintPrefix, StringComparison.Ordinal))
            .OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key[WriterRules.ConstraintPrefix.Length..], p.Value));

    /// <summary>The expression, when it reads nothing but the row: it comes from the table, and whoever wrote that may not reach files through it.</summary>
    public static string Admitted(string table, string name, string expression)
    {
        // Spark quotes names with back ticks.
        var sql = expression.Replace('`', '"');
        try
        {
            // By itself too: a text that closes our parenthesis and opens another is no expression.
            SqlParser.Parse($"SELECT {sql}\n");
            DuckDbSandbox.Admit(SqlParser.Parse($"SELECT ({sql}\n)"), _ => false);
            return sql;
        }
        catch (LakehouseException e)
        {
            throw new LakehouseException("delta.unsupported", $"Table '{table}' has the CHECK constraint '{name}', which this engine cannot evaluate: {e.Message}", inner: e);
        }
    }
}
