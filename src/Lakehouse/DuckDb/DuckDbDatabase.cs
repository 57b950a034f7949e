using System.Globalization;

namespace Lakehouse.DuckDb;

/// <summary>One in-memory engine instance. Opening one takes some 25 ms; <see cref="DuckDbPool"/> keeps confined ones.</summary>
public sealed unsafe class DuckDbDatabase : IDisposable
{
    private readonly DatabaseHandle _handle;
    private StatementLimits _limits = StatementLimits.None;

    private DuckDbDatabase(DatabaseHandle handle) => _handle = handle;

    /// <summary>Opens an instance that never fetches an extension and works in UTC.</summary>
    /// <exception cref="DuckDbException">A limit is not one the engine takes.</exception>
    public static DuckDbDatabase OpenInMemory(DuckDbOptions options)
    {
        var database = OpenBare();
        try
        {
            using var connection = database.Connect();
            connection.Configure(options);
            database._limits = StatementLimits.Of(options);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A connection; dispose it before the instance. One whose progress is followed has to be made before the instance is locked.</summary>
    public DuckDbConnection Connect()
    {
        var connection = NativeMethods.duckdb_connect(_handle.DangerousGetHandle(), out var native) == 0
            ? new DuckDbConnection(new ConnectionHandle(native), _limits)
            : throw new DuckDbException(DuckDbErrorType.Other, "DuckDB could not open a connection to its in-memory instance.");
        if (_limits.OnProgress is not null)
        {
            connection.FollowProgress(_limits.ProgressInterval);
        }

        return connection;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static DuckDbDatabase OpenBare()
    {
        if (NativeMethods.duckdb_create_config(out var config) != 0)
        {
            throw new DuckDbException(DuckDbErrorType.Other, "DuckDB could not create a configuration.");
        }

        try
        {
            // Without these a missing extension costs a second of failed download per statement.
            Set(config, "autoinstall_known_extensions", "false");
            Set(config, "autoload_known_extensions", "false");
            return NativeMethods.duckdb_open_ext(null, out var database, config, out var error) == 0
                ? new DuckDbDatabase(new DatabaseHandle(database))
                : throw new DuckDbException(DuckDbErrorType.Other, $"DuckDB could not open an in-memory instance: {NativeMethods.Owned(error)}");
        }
        finally
        {
            NativeMethods.duckdb_destroy_config(ref config);
        }
    }

    private static void Set(nint config, string name, string value)
    {
        if (NativeMethods.duckdb_set_config(config, name, value) != 0)
        {
            throw new DuckDbException(DuckDbErrorType.InvalidInput, $"DuckDB does not take setting '{name}' = '{value.ToString(CultureInfo.InvariantCulture)}'.");
        }
    }
}
