using Npgsql;
using NpgsqlTypes;

namespace Orchestrator.Catalog.Storage;

/// <summary>
/// Writes many rows in few statements: binary COPY into a temporary table and one INSERT … ON CONFLICT from there; a handful goes in one
/// INSERT. Rows are taken in the order of their key, so that two writers of the same rows wait for each other and never deadlock.
/// </summary>
internal static class BulkWriter
{
    /// <summary>Rows up to which one INSERT with parameters is quicker than a COPY.</summary>
    private const int Handful = 32;

    /// <summary>Inserts or updates rows; of several rows with one key the last counts, in the order of epochs where the table has one.</summary>
    /// <param name="connection">An open connection inside a transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="upsert">What happens to rows that are there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many rows were inserted or changed: fewer than given where the guard held some back.</returns>
    public static async Task<long> UpsertAsync<T>(NpgsqlConnection connection, TableMap<T> table, IReadOnlyList<T> rows, Upsert upsert, CancellationToken cancellationToken)
        where T : class
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        if (rows.Count <= Handful)
        {
            return await InsertAsync(connection, table, Distinct(table, rows), upsert, cancellationToken).ConfigureAwait(false);
        }

        var staging = "staged_" + typeof(T).Name.ToLowerInvariant();
        await ExecuteAsync(connection, $"CREATE TEMP TABLE {staging} ON COMMIT DROP AS SELECT {table.ColumnNames}, 0::bigint AS n FROM {table.Name} WITH NO DATA", cancellationToken).ConfigureAwait(false);
        await CopyAsync(connection, table, rows, staging, cancellationToken).ConfigureAwait(false);
        var keys = string.Join(", ", table.Keys);
        var newest = table.Columns.Any(c => c.Name == "epoch" && !c.IsKey) ? "epoch DESC, n DESC" : "n DESC";
        var written = await ExecuteAsync(
            connection,
            $"INSERT INTO {table.Name} AS t ({table.ColumnNames}) SELECT DISTINCT ON ({keys}) {table.ColumnNames} FROM {staging} ORDER BY {keys}, {newest}{table.OnConflict(upsert)}",
            cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"DROP TABLE {staging}", cancellationToken).ConfigureAwait(false);
        return written;
    }

    private static async Task CopyAsync<T>(NpgsqlConnection connection, TableMap<T> table, IReadOnlyList<T> rows, string staging, CancellationToken cancellationToken)
        where T : class
    {
        var import = await connection.BeginBinaryImportAsync($"COPY {staging} ({table.ColumnNames}, n) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        await using var closing = import.ConfigureAwait(false);
        for (var n = 0L; n < rows.Count; n++)
        {
            await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
            foreach (var column in table.Columns)
            {
                await WriteAsync(import, column.Read(rows[(int)n]), column.DbType, cancellationToken).ConfigureAwait(false);
            }

            await import.WriteAsync(n, cancellationToken).ConfigureAwait(false);
        }

        await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>By the value's own type: the driver then looks nothing up.</summary>
    private static Task WriteAsync(NpgsqlBinaryImporter import, object? value, NpgsqlDbType type, CancellationToken cancellationToken) => value switch
    {
        null => import.WriteNullAsync(cancellationToken),
        string text => import.WriteAsync(text, type, cancellationToken),
        long number => import.WriteAsync(number, type, cancellationToken),
        DateTimeOffset instant => import.WriteAsync(instant, type, cancellationToken),
        bool flag => import.WriteAsync(flag, type, cancellationToken),
        double number => import.WriteAsync(number, type, cancellationToken),
        decimal number => import.WriteAsync(number, type, cancellationToken),
        int number => import.WriteAsync(number, type, cancellationToken),
        _ => import.WriteAsync(value, type, cancellationToken),
    };

    private static async Task<long> InsertAsync<T>(NpgsqlConnection connection, TableMap<T> table, IReadOnlyList<T> rows, Upsert upsert, CancellationToken cancellationToken)
        where T : class
    {
        using var command = connection.CreateCommand();
        var tuples = new List<string>();
        foreach (var row in rows)
        {
            var places = new List<string>();
            foreach (var column in table.Columns)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = column.Read(row) ?? DBNull.Value, NpgsqlDbType = column.DbType });
                places.Add("$" + command.Parameters.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            tuples.Add($"({string.Join(", ", places)})");
        }

        command.CommandText = $"INSERT INTO {table.Name} AS t ({table.ColumnNames}) VALUES {string.Join(", ", tuples)}{table.OnConflict(upsert)}";
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static List<T> Distinct<T>(TableMap<T> table, IReadOnlyList<T> rows)
        where T : class
    {
        var keys = table.Columns.Where(c => c.IsKey).OrderBy(c => table.Keys.ToList().IndexOf(c.Name)).ToList();
        var epoch = table.Columns.FirstOrDefault(c => c.Name == "epoch" && !c.IsKey);
        return
        [
            .. rows.Select((row, n) => (Row: row, N: n, Key: string.Join('\u0001', keys.Select(k => k.Read(row))), Epoch: epoch?.Read(row) as long? ?? 0))
                .GroupBy(r => r.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.OrderByDescending(r => r.Epoch).ThenByDescending(r => r.N).First().Row),
        ];
    }

    private static async Task<long> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
