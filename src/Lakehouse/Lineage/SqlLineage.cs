using System.Text.Json;
using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Lineage;

/// <summary>
/// Table and column lineage of a SELECT, from the engine's own binder: the query is planned over tables without rows, and columns are followed through the
/// plan. Nothing is run. Where the plan cannot be read, the tables alone are told (<see cref="QueryLineage.IsExact"/>).
/// </summary>
public static class SqlLineage
{
    /// <summary>Finds where a query's result comes from.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="inputs">Columns of each table it may read, by the name the query uses, such as <c>silver.cases</c>.</param>
    /// <param name="parameters">SQL types of its parameters, by name without the dollar sign; one that is not here counts as VARCHAR.</param>
    /// <exception cref="SqlSyntaxException">It is not one SELECT.</exception>
    /// <exception cref="LakehouseException"><c>query.table</c>, <c>query.function</c>: it reads something that is not an input.</exception>
    /// <exception cref="DuckDbException">It names a column or function that is not there.</exception>
    public static QueryLineage Of(string sql, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> inputs, IReadOnlyDictionary<string, string>? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var model = SqlParser.Parse(sql);
        var names = inputs.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        DuckDbSandbox.Admit(model, names.Contains);
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimitBytes = 256L << 20 });
        using var connection = database.Connect();
        foreach (var schema in inputs.Keys.Where(n => n.Contains('.', StringComparison.Ordinal)).Select(n => n[..n.LastIndexOf('.')]).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            connection.Execute($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.QuoteQualified(schema)}");
        }

        foreach (var (name, columns) in inputs)
        {
            connection.Execute($"CREATE TABLE {SqlIdentifier.QuoteQualified(name)} ({string.Join(", ", columns.Select(c => $"{SqlIdentifier.Quote(c.Name)} {c.SqlType}"))})");
        }

        DuckDbSandbox.Lock(connection, [], []);
        var bound = model.Parameters.Count == 0 ? sql : SqlParameters.Replace(connection, sql, parameters ?? new Dictionary<string, string>());
        var result = connection.Describe(bound);
        var plan = connection.Scalar<string>("SELECT json_serialize_plan($sql::VARCHAR)", new Dictionary<string, object?> { ["sql"] = bound })!;
        return Read(model, inputs, result, plan);
    }

    private static QueryLineage Read(
        SqlModel model, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> inputs, IReadOnlyList<(string Name, string Type)> result, string plan)
    {
        var named = model.Tables.Select(t => inputs.Keys.First(k => string.Equals(k, t.Name, StringComparison.OrdinalIgnoreCase)));
        using var document = JsonDocument.Parse(plan, new JsonDocumentOptions { MaxDepth = 4096 });
        try
        {
            if (document.RootElement.GetProperty("error").GetBoolean())
            {
                throw new PlanNotReadException(PlanJson.Text(document.RootElement, "error_message"));
            }

            var walk = new PlanWalk();
            var columns = walk.Walk(document.RootElement.GetProperty("plans")[0]);
            if (columns.Count < result.Count)
            {
                throw new PlanNotReadException($"{columns.Count} columns where {result.Count} are expected");
            }

            return new QueryLineage
            {
                Tables = Sorted(walk.Tables.Concat(named)),
                Columns = [.. result.Select((c, i) => new ColumnLineage(c.Name, c.Type, [.. columns[i].Edges]))],
                Rows = [.. walk.Rows],
                IsExact = true,
            };
        }
        catch (PlanNotReadException e)
        {
            return new QueryLineage
            {
                Tables = Sorted(named),
                Columns = [.. result.Select(c => new ColumnLineage(c.Name, c.Type, []))],
                Rows = [],
                IsExact = false,
                Reason = $"The engine's plan could not be followed: expected a plan of {DuckDbLibrary.Version}, seen {e.Message}.",
            };
        }
    }

    private static IReadOnlyList<string> Sorted(IEnumerable<string> tables) => [.. tables.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
}
