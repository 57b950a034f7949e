namespace Lakehouse.DuckDb;

/// <summary>Results that are read as they are made.</summary>
public sealed unsafe partial class DuckDbConnection
{
    /// <summary>
    /// Runs one statement and hands over its result piece by piece, without holding it: each call has a reader for every column and the number of rows they
    /// have. The connection can run nothing else meanwhile.
    /// </summary>
    internal void Stream(string sql, Action<VectorReader[], int> onRows, CancellationToken cancellationToken = default)
    {
        using var statement = new Statement(this, sql);
        using var scope = new StatementScope(_handle, _limits, cancellationToken);
        NativeResult result = default;
        var state = NativeMethods.duckdb_pending_prepared_streaming(statement.Native, out var pending);
        try
        {
            if (state != 0)
            {
                throw DuckDbException.Of(0, NativeMethods.Borrowed(NativeMethods.duckdb_pending_error(pending)));
            }

            ThrowOnError(NativeMethods.duckdb_execute_pending(pending, &result), &result, scope, cancellationToken);
            var width = (int)NativeMethods.duckdb_column_count(&result);
            for (var chunk = NativeMethods.duckdb_fetch_chunk(result); chunk != 0; chunk = NativeMethods.duckdb_fetch_chunk(result))
            {
                try
                {
                    var readers = new VectorReader[width];
                    for (var i = 0; i < width; i++)
                    {
                        readers[i] = new VectorReader(NativeMethods.duckdb_data_chunk_get_vector(chunk, (ulong)i));
                    }

                    onRows(readers, (int)NativeMethods.duckdb_data_chunk_get_size(chunk));
                }
                finally
                {
                    NativeMethods.duckdb_destroy_data_chunk(ref chunk);
                }
            }

            // The end and an error look the same to the fetch.
            ThrowOnError(NativeMethods.duckdb_result_error(&result) is null ? 0 : 1, &result, scope, cancellationToken);
        }
        finally
        {
            NativeMethods.duckdb_destroy_pending(ref pending);
            NativeMethods.duckdb_destroy_result(&result);
        }
    }
}
