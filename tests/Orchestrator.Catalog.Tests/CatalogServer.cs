using Npgsql;
using Orchestrator.Catalog.Local;
using Orchestrator.TestKit;

[assembly: AssemblyFixture(typeof(Orchestrator.Catalog.Tests.CatalogServer))]

namespace Orchestrator.Catalog.Tests;

/// <summary>One real Postgres for all tests; every test gets a database of its own. A machine without one fails: infra/bootstrap.sh brings it.</summary>
public sealed class CatalogServer : IAsyncLifetime
{
    private readonly TempDir _dir = new();
    private LocalPostgres? _server;
    private int _databases;

    public string ConnectionString => _server!.ConnectionString;

    public async ValueTask InitializeAsync() => _server = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = _dir.At("pg") });

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _dir.Dispose();
    }

    /// <summary>An empty catalog.</summary>
    public async Task<CatalogDatabase> CatalogAsync(TimeProvider? clock = null) => await CatalogDatabase.OpenAsync(await DatabaseAsync(), clock, TestContext.Current.CancellationToken);

    /// <summary>How to connect to an empty database.</summary>
    public async Task<string> DatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }
}
