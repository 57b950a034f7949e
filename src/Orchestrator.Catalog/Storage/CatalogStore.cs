using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Orchestrator.Catalog.Storage;

/// <summary>
/// The one way to the server. Everything that goes through it may be repeated without harm, so a lost connection (a restarted server, a
/// stale pooled connection) is tried again a few times before it becomes a transient failure.
/// </summary>
internal sealed class CatalogStore : IAsyncDisposable
{
    private static readonly TimeSpan[] Delays = [TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(1)];

    private readonly NpgsqlDataSource _source;
    private readonly DbContextOptions<CatalogContext> _options;
    private readonly ConcurrentDictionary<Type, object> _maps = new();

    public CatalogStore(string connectionString, TimeProvider clock)
    {
        _source = NpgsqlDataSource.Create(connectionString);
        _options = new DbContextOptionsBuilder<CatalogContext>().UseNpgsql(_source, n => n.MigrationsHistoryTable("migrations", CatalogContext.Schema)).Options;
        Clock = clock;
    }

    public TimeProvider Clock { get; }

    public TableMap<T> Map<T>()
        where T : class
    {
        return (TableMap<T>)_maps.GetOrAdd(typeof(T), _ =>
        {
            using var context = new CatalogContext(_options);
            return new TableMap<T>(context.Model);
        });
    }

    public Task MigrateAsync(CancellationToken cancellationToken) => RetryAsync(
        async token =>
        {
            var context = new CatalogContext(_options);
            await using var closing = context.ConfigureAwait(false);
            await context.Database.MigrateAsync(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Reads through the mapper; nothing is tracked.</summary>
    public Task<TResult> ReadAsync<TResult>(Func<CatalogContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken) => RetryAsync(
        async token =>
        {
            var context = new CatalogContext(_options);
            await using var closing = context.ConfigureAwait(false);
            context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await read(context, token).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Reads through the mapper on a connection, inside its transaction.</summary>
    public static async Task<TResult> ReadAsync<TResult>(NpgsqlConnection connection, Func<CatalogContext, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        var context = new CatalogContext(new DbContextOptionsBuilder<CatalogContext>().UseNpgsql(connection).Options);
        await using var closing = context.ConfigureAwait(false);
        return await read(context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs statements in one transaction.</summary>
    public Task<TResult> WriteAsync<TResult>(Func<NpgsqlConnection, CancellationToken, Task<TResult>> write, CancellationToken cancellationToken) => RetryAsync(
        async token =>
        {
            var connection = await _source.OpenConnectionAsync(token).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using var ending = transaction.ConfigureAwait(false);
            var result = await write(connection, token).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
            return result;
        },
        cancellationToken);

    /// <summary>Upserts rows in a transaction of their own.</summary>
    public Task<long> UpsertAsync<T>(IReadOnlyList<T> rows, Upsert upsert, CancellationToken cancellationToken)
        where T : class => rows.Count == 0 ? Task.FromResult(0L) : WriteAsync((connection, token) => BulkWriter.UpsertAsync(connection, Map<T>(), rows, upsert, token), cancellationToken);

    /// <summary>Runs one query and reads its rows.</summary>
    public Task<List<TRow>> QueryAsync<TRow>(string sql, IReadOnlyList<object?> parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken) => RetryAsync(
        async token =>
        {
            var connection = await _source.OpenConnectionAsync(token).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            return await QueryAsync(connection, sql, parameters, read, token).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Runs one query on a connection and reads its rows.</summary>
    public static async Task<List<TRow>> QueryAsync<TRow>(NpgsqlConnection connection, string sql, IReadOnlyList<object?> parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken)
    {
        using var command = Command(connection, sql, parameters);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs one statement on a connection.</summary>
    /// <returns>How many rows it changed.</returns>
    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, IReadOnlyList<object?> parameters, CancellationToken cancellationToken)
    {
        using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IReadOnlyList<object?> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value is DateTimeOffset instant ? instant.ToUniversalTime() : value ?? DBNull.Value });
        }

        return command;
    }

    private async Task<TResult> RetryAsync<TResult>(Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (Database(failure) is { } database)
            {
                var transient = IsTransient(database);
                if (!transient || attempt == Delays.Length)
                {
                    var state = database is PostgresException { SqlState: var code } ? $" ({code})" : "";
                    throw new CatalogException($"The catalog's Postgres failed{state}: {Words(database)}\nHelp: {(transient ? "check that the server runs; the call may be repeated." : "this is a fault of the catalog or of its server's set-up.")}", transient, failure);
                }

                await Task.Delay(Delays[attempt], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The mapper wraps what the driver says.</summary>
    private static NpgsqlException? Database(Exception failure) => failure as NpgsqlException ?? failure.InnerException as NpgsqlException;

    /// <summary>Besides what the driver calls transient: a connection that broke, a server that stops or starts, and two claims of one run that met.</summary>
    private static bool IsTransient(NpgsqlException failure) => failure.IsTransient || failure is not PostgresException
        || failure.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.UniqueViolation;

    /// <summary>Without the detail line: that holds values of rows.</summary>
    private static string Words(NpgsqlException failure) => failure is PostgresException postgres ? postgres.MessageText : failure.Message;
}
