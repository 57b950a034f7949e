using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Quality;

/// <summary>
/// The one shape that rows kept aside have, whatever kept them aside: a contract's rule or a record that is no row. One row per
/// row of the source.
/// </summary>
public static class QuarantineTable
{
    /// <summary>Columns and their SQL types in order.</summary>
    public static IReadOnlyList<TableColumn> Columns { get; } =
    [
        new("dataset", "VARCHAR"),
        new("partition", "VARCHAR"),
        new("rule", "VARCHAR"),
        new("reason", "VARCHAR"),
        new("severity", "VARCHAR"),
        new("contract_version", "VARCHAR"),
        new("source_uri", "VARCHAR"),
        new("source_row", "BIGINT"),
        new("row", "VARCHAR"),
        new("run_id", "VARCHAR"),
        new("quarantined_at", "TIMESTAMP WITH TIME ZONE"),
        new("rules", "VARCHAR"),
    ];

    /// <summary>Creates an empty quarantine table if there is none of that name.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="table">Name of the table, unquoted.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public static void Create(DuckDbConnection connection, string table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Execute(
            $"CREATE TABLE IF NOT EXISTS {SqlIdentifier.Quote(table)} ({string.Join(", ", Columns.Select(c => $"{SqlIdentifier.Quote(c.Name)} {c.SqlType}"))})",
            cancellationToken);
    }
}
