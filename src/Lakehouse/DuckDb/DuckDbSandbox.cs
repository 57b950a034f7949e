namespace Lakehouse.DuckDb;

/// <summary>
/// Shuts an instance off from files, network, extensions and settings, for good. What was registered before stays readable: views over exact files
/// when those files are named here. Source: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview.
/// </summary>
public static class DuckDbSandbox
{
    /// <summary>Table functions that read nothing but their arguments.</summary>
    private static readonly HashSet<string> HarmlessTableFunctions = new(StringComparer.Ordinal) { "generate_series", "json_each", "json_tree", "range", "unnest" };

    /// <summary>Functions that act on the instance, hold a thread, or tell about the host; a locked instance still runs them.</summary>
    private static readonly HashSet<string> RefusedFunctions = new(StringComparer.Ordinal)
    {
        "current_connection_id", "current_query", "current_query_id", "current_setting", "pg_conf_load_time", "pg_postmaster_start_time", "pg_sleep",
        "setseed", "sleep_ms", "write_log",
    };

    /// <summary>
    /// Lets a user's query in only if every function it calls is harmless and every table it names is an input. To be asked before the query reaches an
    /// instance: <see cref="Lock"/> shuts files and network, but not functions that act on the instance itself.
    /// </summary>
    /// <param name="model">The parsed query.</param>
    /// <param name="isInput">Whether a table name is one of the query's inputs; null when the caller resolves each name itself.</param>
    /// <exception cref="LakehouseException"><c>query.function</c> or <c>query.table</c>: names the offender and its place.</exception>
    public static void Admit(SqlModel model, Func<string, bool>? isInput = null)
    {
        if (model.TableFunctions.FirstOrDefault(f => !HarmlessTableFunctions.Contains(f.Name)) is { } reader)
        {
            throw new LakehouseException(
                "query.function",
                $"Table function '{reader.Name}'{Place(model, reader)} cannot be used in a query: expected tables and {string.Join(", ", HarmlessTableFunctions.Order(StringComparer.Ordinal))}. Help: declare what it reads as an input.");
        }

        if (model.Functions.FirstOrDefault(f => RefusedFunctions.Contains(f.Name)) is { } function)
        {
            throw new LakehouseException("query.function", $"Function '{function.Name}'{Place(model, function)} cannot be used in a query: it acts on the engine or tells about its host.");
        }

        if (isInput is not null && model.Tables.FirstOrDefault(t => !isInput(t.Name)) is { } table)
        {
            throw new LakehouseException("query.table", $"Table '{table.Name}'{Place(model, table)} is not an input of the query. Help: name a declared table; files and catalogs cannot be read.");
        }
    }

    /// <summary>Locks the connection's instance.</summary>
    /// <param name="connection">Any connection of the instance.</param>
    /// <param name="readableFiles">Absolute paths of the files that registered views read.</param>
    /// <param name="writableFolders">Absolute paths of folders results may be written to; the spill folder is among them by itself.</param>
    public static void Lock(DuckDbConnection connection, IEnumerable<string> readableFiles, IEnumerable<string> writableFolders)
    {
        connection.Execute($"SET allowed_paths = {SqlIdentifier.Literals(readableFiles)}");
        connection.Execute($"SET allowed_directories = {SqlIdentifier.Literals(writableFolders)}");
        connection.Execute("SET enable_external_access = false; SET lock_configuration = true;");
    }

    private static string Place(SqlModel model, SqlReference reference) =>
        reference.Position >= 0 && SqlSyntaxException.Place(model.Sql, reference.Position) is var (line, column) ? $" at line {line}, column {column}" : "";
}
