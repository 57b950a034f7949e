using System.Text;

namespace Lakehouse.DuckDb;

/// <summary>Adds rows to a table of the engine. Rows are there only after <see cref="Complete"/>; without it they are dropped.</summary>
public sealed unsafe class DuckDbAppender : IDisposable
{
    private readonly string _table;
    private nint _appender;
    private byte[] _buffer = new byte[1024];

    internal DuckDbAppender(nint connection, string table)
    {
        _table = table;
        if (NativeMethods.duckdb_appender_create_ext(connection, null, null, table, out _appender) != 0)
        {
            var message = NativeMethods.Borrowed(NativeMethods.duckdb_appender_error(_appender));
            NativeMethods.duckdb_appender_destroy(ref _appender);
            throw new DuckDbException(DuckDbErrorType.Catalog, $"Rows cannot be added to table '{table}': {message}");
        }
    }

    /// <summary>Next value of the row: text, NULL for null.</summary>
    public void Append(string? value)
    {
        if (value is null)
        {
            Check(NativeMethods.duckdb_append_null(_appender));
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_buffer.Length < most)
        {
            _buffer = new byte[most * 2];
        }

        Append(_buffer.AsSpan(0, Encoding.UTF8.GetBytes(value, _buffer)));
    }

    /// <summary>Next value of the row: text that is already UTF-8. The caller has checked that it is.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address; the engine wants one.
        byte empty = 0;
        fixed (byte* bytes = utf8)
        {
            Check(NativeMethods.duckdb_append_varchar_length(_appender, bytes is null ? &empty : bytes, (ulong)utf8.Length));
        }
    }

    /// <summary>Next value of the row: a whole number.</summary>
    public void Append(long value) => Check(NativeMethods.duckdb_append_int64(_appender, value));

    /// <summary>Next value of the row: an instant, to the microsecond.</summary>
    public void Append(DateTimeOffset value) =>
        Check(NativeMethods.duckdb_append_timestamp(_appender, (value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond));

    /// <summary>Next value of the row: NULL.</summary>
    public void AppendNull() => Check(NativeMethods.duckdb_append_null(_appender));

    /// <summary>Ends the row.</summary>
    public void EndRow() => Check(NativeMethods.duckdb_appender_end_row(_appender));

    /// <summary>Makes the rows visible.</summary>
    public void Complete() => Check(NativeMethods.duckdb_appender_close(_appender));

    /// <inheritdoc/>
    public void Dispose() => NativeMethods.duckdb_appender_destroy(ref _appender);

    private void Check(int state)
    {
        if (state != 0)
        {
            throw DuckDbException.Of(0, NativeMethods.Borrowed(NativeMethods.duckdb_appender_error(_appender)), $"A row cannot be added to table '{_table}': ");
        }
    }
}
