namespace Lakehouse.DuckDb;

/// <summary>
/// Shuts an instance off from files, network, extensions and settings, for good. What was registered before stays readable: views over exact files
/// when those files are named here. Source: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview.
/// </summary>
public static class DuckDbSandbox
{
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
}
