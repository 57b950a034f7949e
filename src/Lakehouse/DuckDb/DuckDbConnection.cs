using System.Globalization;

namespace Lakehouse.DuckDb;

/// <summary>
/// One connection: one statement at a time. Calls block the calling thread; a cancelled token interrupts the engine and ends the call with
/// <see cref="OperationCanceledException"/>, after which the connection can be used again.
/// </summary>
public sealed unsafe partial class DuckDbConnection : IDisposable
{
    private readonly ConnectionHandle _handle;
    private Action? _returned;
    private StatementLimits _limits;
    private bool _disposed;

    internal DuckDbConnection(ConnectionHandle handle, StatementLimits limits)
    {
        _handle = handle;
        _limits = limits;
    }

    /// <summary>
    /// Percent of the running statement that is done, -1 when the engine cannot tell; it keeps account, once a statement has run for <see cref="DuckDbOptions.ProgressInterval"/>, for connections of a
    /// <see cref="DuckDbPool"/> and for those with <see cref="DuckDbOptions.OnProgress"/>. Moves on with each 122,880 rows of a source.
    /// </summary>
    public double Progress => NativeMethods.duckdb_query_progress(Native).Percentage;

    internal nint Native
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _handle.DangerousGetHandle();
        }
    }

    /// <summary>Runs one or more statements without results.</summary>
    /// <returns>Rows changed by the last one.</returns>
    /// <exception cref="DuckDbException">The engine refused or failed a statement.</exception>
    public long Execute(string sql, CancellationToken cancellationToken = default)
    {
        using var scope = new StatementScope(_handle, _limits, cancellationToken);
        NativeResult result;
        var state = NativeMethods.duckdb_query(Native, sql, &result);
        try
        {
            ThrowOnError(state, &result, scope, cancellationToken);
            return (long)NativeMethods.duckdb_rows_changed(&result);
        }
        finally
        {
            NativeMethods.duckdb_destroy_result(&result);
        }
    }

    /// <summary>Runs one statement with named parameters (<c>$name</c>).</summary>
    /// <returns>Rows changed.</returns>
    public long Execute(string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken = default) =>
        Query(sql, parameters, cancellationToken).Changed;

    /// <summary>
    /// Runs one statement and holds its result. Types: integers by width, HUGEINT <see cref="Int128"/>, DECIMAL <see cref="decimal"/> (text beyond 28
    /// digits), DATE <see cref="DateOnly"/>, TIMESTAMP <see cref="DateTime"/>, TIMESTAMPTZ <see cref="DateTimeOffset"/> in UTC, TIME <see cref="TimeSpan"/>,
    /// BLOB bytes, LIST array, STRUCT dictionary, MAP array of pairs.
    /// </summary>
    public DuckDbResult Query(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        using var statement = new Statement(this, sql);
        statement.Bind(parameters ?? new Dictionary<string, object?>());
        using var scope = new StatementScope(_handle, _limits, cancellationToken);
        NativeResult result;
        var state = NativeMethods.duckdb_execute_prepared(statement.Native, &result);
        try
        {
            ThrowOnError(state, &result, scope, cancellationToken);
            return Read(&result);
        }
        finally
        {
            NativeMethods.duckdb_destroy_result(&result);
        }
    }

    /// <summary>The single value of a result of one row and one column.</summary>
    public T? Scalar<T>(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var result = Query(sql, parameters, cancellationToken);
        return result.Rows is [[var value]]
            ? value is null ? default : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture)
            : throw new ArgumentException($"Expected one row of one column, seen {result.Rows.Count} rows of {result.Columns.Count} columns.", nameof(sql));
    }

    /// <summary>Names and SQL types of a relation's or a SELECT's columns, without running it.</summary>
    public IReadOnlyList<(string Name, string Type)> Describe(string relationOrSelect, CancellationToken cancellationToken = default) =>
        [.. Query($"DESCRIBE {relationOrSelect}", null, cancellationToken).Rows.Select(r => ((string)r[0]!, (string)r[1]!))];

    /// <summary>An appender for a table of the default schema.</summary>
    public DuckDbAppender CreateAppender(string table) => new(Native, table);

    /// <summary>Stops the running statement; without one it does nothing.</summary>
    public void Interrupt() => NativeMethods.duckdb_interrupt(Native);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _handle.Dispose();
        _returned?.Invoke();
    }

    /// <summary>This connection with limits of its own, in the hands of somebody whose disposal of it is told to its lender.</summary>
    internal DuckDbConnection Lend(StatementLimits limits, Action returned)
    {
        _limits = limits;
        _returned = returned;
        return this;
    }

    internal void Configure(DuckDbOptions options)
    {
        Execute("SET GLOBAL TimeZone = 'UTC'");
        Execute($"SET preserve_insertion_order = {(options.PreserveInsertionOrder ? "true" : "false")}");
        if (options.MemoryLimitBytes is { } memory)
        {
            Execute(string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{memory}B'"));
        }

        if (options.Threads is { } threads)
        {
            Execute(string.Create(CultureInfo.InvariantCulture, $"SET threads = {threads}"));
        }

        Execute($"SET temp_directory = {SqlIdentifier.Literal(options.TempDirectory ?? "")}");
        if (options.MaxTempDirectoryBytes is { } spill && options.TempDirectory is not null)
        {
            Execute(string.Create(CultureInfo.InvariantCulture, $"SET max_temp_directory_size = '{spill}B'"));
        }

        _limits = StatementLimits.Of(options);
    }

    /// <summary>
    /// Lets the engine keep account of its progress; unlike the limits, this holds for one connection only. Not before a report is due: the account is brought
    /// up to date with each task, which would cost short statements more than their work.
    /// </summary>
    /// <param name="after">How long a statement runs before it is kept.</param>
    internal void FollowProgress(TimeSpan after) => Execute(string.Create(
        CultureInfo.InvariantCulture,
        $"SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = {(int)after.TotalMilliseconds};"));

    private static DuckDbResult Read(NativeResult* result)
    {
        var width = (int)NativeMethods.duckdb_column_count(result);
        var columns = new string[width];
        for (var i = 0; i < width; i++)
        {
            columns[i] = NativeMethods.Borrowed(NativeMethods.duckdb_column_name(result, (ulong)i));
        }

        var rows = new List<IReadOnlyList<object?>>();
        var changed = (long)NativeMethods.duckdb_rows_changed(result);
        for (var chunk = NativeMethods.duckdb_fetch_chunk(*result); chunk != 0; chunk = NativeMethods.duckdb_fetch_chunk(*result))
        {
            try
            {
                ReadChunk(chunk, width, rows);
            }
            finally
            {
                NativeMethods.duckdb_destroy_data_chunk(ref chunk);
            }
        }

        return new DuckDbResult(columns, rows, changed);
    }

    private static void ReadChunk(nint chunk, int width, List<IReadOnlyList<object?>> rows)
    {
        var readers = new VectorReader[width];
        for (var i = 0; i < width; i++)
        {
            readers[i] = new VectorReader(NativeMethods.duckdb_data_chunk_get_vector(chunk, (ulong)i));
        }

        var size = NativeMethods.duckdb_data_chunk_get_size(chunk);
        for (ulong row = 0; row < size; row++)
        {
            var values = new object?[width];
            for (var i = 0; i < width; i++)
            {
                values[i] = readers[i].Read(row);
            }

            rows.Add(values);
        }
    }

    private static void ThrowOnError(int state, NativeResult* result, StatementScope scope, CancellationToken cancellationToken)
    {
        if (state == 0)
        {
            return;
        }

        var type = NativeMethods.duckdb_result_error_type(result);
        if (type == (int)DuckDbErrorType.Interrupt)
        {
            scope.ThrowIfAsked(cancellationToken);
        }

        throw DuckDbException.Of(type, NativeMethods.Borrowed(NativeMethods.duckdb_result_error(result)));
    }
}
