namespace Lakehouse.DuckDb;

/// <summary>
/// Shuts an instance off from files, network, extensions and settings, for good. What was registered before stays readable: views over exact files
/// when those files are named here. Source: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview.
/// </summary>
public static class DuckDbSandbox
{
    /// <summary>Names of the table functions that a query may call.</summary>
    public static IReadOnlyCollection<string> TableFunctions { get; } = [.. SandboxFunctions.HarmlessTableFunctions.Order(StringComparer.Ordinal)];

    /// <summary>
    /// Lets a user's query in only if every function it calls is harmless and every table it names is an input. To be asked before the query reaches an
    /// instance: <see cref="Lock"/> shuts files and network, but not functions that act on the instance itself.
    /// </summary>
    /// <param name="model">The parsed query.</param>
    /// <param name="isInput">Whether a table name is one of the query's inputs; null when the caller resolves each name itself.</param>
    /// <exception cref="LakehouseException"><c>query.function</c>, <c>query.table</c> or <c>query.size</c>: names the offender and its place.</exception>
    public static void Admit(SqlModel model, Func<string, bool>? isInput = null)
    {
        if (Judge(model, isInput) is [var first, ..])
        {
            throw new LakehouseException(first.Code, $"{first.Problem}{Place(model, first.Reference)}.{Environment.NewLine}Help: {first.Help}");
        }
    }

    /// <summary>Everything in a user's query that keeps it out, in order of place within each kind; empty when it may run.</summary>
    /// <param name="model">The parsed query.</param>
    /// <param name="isInput">Whether a table name is one of the query's inputs; null when the caller resolves each name itself.</param>
    public static IReadOnlyList<SqlRefusal> Judge(SqlModel model, Func<string, bool>? isInput = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return
        [
            .. model.TableFunctions.Where(f => !SandboxFunctions.HarmlessTableFunctions.Contains(f.Name)).Select(f => new SqlRefusal(
                "query.function",
                f,
                $"Table function '{f.Name}' cannot be used in a query: expected tables and {string.Join(", ", TableFunctions)}",
                "declare what it reads as an input.")),
            .. model.Functions.Where(f => SandboxFunctions.IsRefused(f.Name)).Select(f => new SqlRefusal(
                "query.function",
                f,
                $"Function '{f.Name}' cannot be used in a query: it acts on the engine or tells about its host",
                "use a parameter or a column instead.")),
            .. model.Oversized.Select(f => new SqlRefusal(
                "query.size",
                f,
                $"Function '{f.Name}' is told to make a single value of more than {SqlModel.GreatestValue} parts, which no memory limit counts",
                "make rows instead of one large value.")),
            .. model.Tables.Where(t => isInput is not null && !isInput(t.Name)).Select(t => new SqlRefusal(
                "query.table",
                t,
                $"Table '{t.Name}' is not an input of the query",
                "name a declared table; files and catalogs cannot be read.")),
        ];
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
