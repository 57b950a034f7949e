using System.Text;

namespace Lakehouse.DuckDb;

/// <summary>
/// Adds rows to a table of the engine, a chunk of them at a time: each value is written straight into the engine's memory. Rows are
/// all there after <see cref="Complete"/>; without it those of the last chunk are missing, so wrap the appender in a transaction.
/// Values are given in the order of the table's columns and must be of their types; nothing is cast.
/// </summary>
public sealed unsafe class DuckDbAppender : IDisposable
{
    private const int ChunkRows = 2048;
    private const int InlineText = 12;

    private readonly string _table;
    private readonly Column[] _columns;
    private nint _appender;
    private nint _chunk;
    private byte[] _buffer = new byte[1024];
    private int _column;
    private int _row;

    internal DuckDbAppender(nint connection, string table)
    {
        _table = table;
        if (NativeMethods.duckdb_appender_create_ext(connection, null, null, table, out _appender) != 0)
        {
            var message = NativeMethods.Borrowed(NativeMethods.duckdb_appender_error(_appender));
            NativeMethods.duckdb_appender_destroy(ref _appender);
            throw new DuckDbException(DuckDbErrorType.Catalog, $"Rows cannot be added to table '{table}': {message}");
        }

        _columns = new Column[NativeMethods.duckdb_appender_column_count(_appender)];
        var types = stackalloc nint[_columns.Length];
        for (var i = 0; i < _columns.Length; i++)
        {
            types[i] = NativeMethods.duckdb_appender_column_type(_appender, (ulong)i);
            _columns[i].Type = (DuckDbType)NativeMethods.duckdb_get_type_id(types[i]);
        }

        _chunk = NativeMethods.duckdb_create_data_chunk(types, (ulong)_columns.Length);
        for (var i = 0; i < _columns.Length; i++)
        {
            NativeMethods.duckdb_destroy_logical_type(ref types[i]);
        }

        FindVectors();
    }

    /// <summary>Next value of the row: text, NULL for null.</summary>
    public void Append(string? value)
    {
        if (value is null)
        {
            AppendNull();
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
        ref var column = ref Next(DuckDbType.Varchar);
        if (utf8.Length > InlineText)
        {
            fixed (byte* bytes = utf8)
            {
                NativeMethods.duckdb_unsafe_vector_assign_string_element_len(column.Vector, (ulong)_row, bytes, (ulong)utf8.Length);
            }

            return;
        }

        // A short text lies in its own entry: four bytes of length, then up to twelve of text, the rest zero.
        var entry = new Span<byte>((byte*)column.Data + (_row * 16L), 16);
        entry.Clear();
        entry[0] = (byte)utf8.Length;
        utf8.CopyTo(entry[4..]);
    }

    /// <summary>Next value of the row: a whole number.</summary>
    public void Append(long value) => ((long*)Next(DuckDbType.BigInt).Data)[_row] = value;

    /// <summary>Next value of the row: a number.</summary>
    public void Append(double value) => ((double*)Next(DuckDbType.Double).Data)[_row] = value;

    /// <summary>Next value of the row: a truth.</summary>
    public void Append(bool value) => ((byte*)Next(DuckDbType.Boolean).Data)[_row] = value ? (byte)1 : (byte)0;

    /// <summary>Next value of the row: a day.</summary>
    public void Append(DateOnly value) => ((int*)Next(DuckDbType.Date).Data)[_row] = value.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>Next value of the row: an instant, to the microsecond.</summary>
    public void Append(DateTimeOffset value) =>
        ((long*)Next(DuckDbType.TimestampTz).Data)[_row] = (value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Next value of the row: a time of day, to the microsecond.</summary>
    public void Append(TimeSpan value) => ((long*)Next(DuckDbType.Time).Data)[_row] = value.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Next value of the row: any of the above as <see cref="DuckDbConnection.Query"/> gives it, NULL for null.</summary>
    /// <exception cref="ArgumentException">The value is of another .NET type.</exception>
    public void AppendValue(object? value)
    {
        switch (value)
        {
            case null: AppendNull(); break;
            case string text: Append(text); break;
            case long number: Append(number); break;
            case double number: Append(number); break;
            case bool truth: Append(truth); break;
            case DateOnly day: Append(day); break;
            case DateTimeOffset instant: Append(instant); break;
            case TimeSpan time: Append(time); break;
            default: throw new ArgumentException($"A value of .NET type '{value.GetType()}' cannot be appended.", nameof(value));
        }
    }

    /// <summary>Next value of the row: NULL.</summary>
    public void AppendNull()
    {
        ref var column = ref Next(null);
        if (column.Validity is null)
        {
            NativeMethods.duckdb_vector_ensure_validity_writable(column.Vector);
            column.Validity = NativeMethods.duckdb_vector_get_validity(column.Vector);
        }

        column.Validity[_row >> 6] &= ~(1UL << (_row & 63));
    }

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        if (_column != _columns.Length)
        {
            throw new InvalidOperationException($"A row of table '{_table}' has {_columns.Length} columns, {_column} values were given.");
        }

        _column = 0;
        if (++_row == ChunkRows)
        {
            Flush();
        }
    }

    /// <summary>Makes the rows visible.</summary>
    public void Complete()
    {
        Flush();
        Check(NativeMethods.duckdb_appender_close(_appender));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMethods.duckdb_destroy_data_chunk(ref _chunk);
        NativeMethods.duckdb_appender_destroy(ref _appender);
    }

    private ref Column Next(DuckDbType? type)
    {
        if (_column == _columns.Length)
        {
            throw new InvalidOperationException($"A row of table '{_table}' has {_columns.Length} columns, more values were given.");
        }

        ref var column = ref _columns[_column++];
        if (type is { } given && column.Type != given)
        {
            throw new InvalidOperationException($"Column {_column} of table '{_table}' is of type {column.Type}, a value of type {given} was given.");
        }

        return ref column;
    }

    private void Flush()
    {
        if (_row == 0)
        {
            return;
        }

        NativeMethods.duckdb_data_chunk_set_size(_chunk, (ulong)_row);
        Check(NativeMethods.duckdb_append_data_chunk(_appender, _chunk));
        NativeMethods.duckdb_data_chunk_reset(_chunk);
        _row = 0;
        FindVectors();
    }

    private void FindVectors()
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var vector = NativeMethods.duckdb_data_chunk_get_vector(_chunk, (ulong)i);
            _columns[i].Vector = vector;
            _columns[i].Data = NativeMethods.duckdb_vector_get_data(vector);
            _columns[i].Validity = null;
        }
    }

    private void Check(int state)
    {
        if (state != 0)
        {
            throw DuckDbException.Of(0, NativeMethods.Borrowed(NativeMethods.duckdb_appender_error(_appender)), $"A row cannot be added to table '{_table}': ");
        }
    }

    private struct Column
    {
        public DuckDbType Type;
        public nint Vector;
        public void* Data;
        public ulong* Validity;
    }
}
