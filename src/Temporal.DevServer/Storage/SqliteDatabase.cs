using System.Runtime.InteropServices;
using SQLitePCL;

namespace Temporal.DevServer.Storage;

/// <summary>A connection of the system's SQLite. Not safe for two threads at once.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private static readonly Lazy<bool> Provider = new(SetProvider);
    private readonly sqlite3 _db;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    public SqliteDatabase(string path, bool readOnly)
    {
        _ = Provider.Value;
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(path, out _db, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            throw new SqliteException(code, $"SQLite cannot open '{path}': {raw.sqlite3_errstr(code).utf8_to_string()}.");
        }

        raw.sqlite3_busy_timeout(_db, 10_000);
    }

    /// <summary>The file cannot be written, whatever was asked for.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(_db, "main") == 1;

    /// <summary>Runs statements that give no rows.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_db, sql, out var error);
        if (code != raw.SQLITE_OK)
        {
            throw new SqliteException(code, $"SQLite: {error}.");
        }
    }

    /// <summary>A prepared statement, kept for the connection's life. Reset and without bindings.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(_db, sql, out var handle));
            _statements[sql] = statement = new SqliteStatement(this, handle);
        }

        statement.Reset();
        return statement;
    }

    public long Scalar(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return value;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _db.Dispose();
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteException(code & 0xff, $"SQLite: {raw.sqlite3_errmsg(_db).utf8_to_string()} (code {code}).");
        }
    }

    private static bool SetProvider()
    {
        NativeLibrary.SetDllImportResolver(
            typeof(SQLite3Provider_e_sqlite3).Assembly,
            static (name, _, _) => name == "e_sqlite3" ? Load() : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0); // nobody asks for the figures, and each allocation would lock for them
        return true;
    }

    private static IntPtr Load()
    {
        foreach (var name in new[] { "libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3.dll", "sqlite3" })
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException("The system has no SQLite library (libsqlite3.so.0). Help: apt-get install libsqlite3-0.");
    }
}
