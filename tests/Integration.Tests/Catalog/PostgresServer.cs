using System.Globalization;
using Integration.Tests.Runs;
using Npgsql;
using Orchestrator.Catalog.Local;
using Orchestrator.TestKit;

namespace Integration.Tests.Catalog;

/// <summary>A real Postgres of the tests' own, which can be killed and started again; every test gets a database.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TempDir _dir = new();
    private LocalPostgres? _server;
    private int _databases;

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the server, again after it was killed.</summary>
    public async Task StartAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        _server = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = _dir.At("pg"), Database = "postgres" });
    }

    /// <summary>kill -9, as of a machine that runs out of memory: what it has not written is gone.</summary>
    public async Task KillAsync()
    {
        var id = int.Parse((await File.ReadAllLinesAsync(_dir.At("pg", "data", "postmaster.pid")))[0], CultureInfo.InvariantCulture);
        using var process = System.Diagnostics.Process.GetProcessById(id);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>How to connect to a database of its own, empty or made before.</summary>
    public async Task<string> DatabaseAsync(string? name = null)
    {
        name ??= string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync(_server!.ConnectionString, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Loses a database and makes an empty one of its name.</summary>
    public async Task LoseAsync(string connection)
    {
        NpgsqlConnection.ClearAllPools();
        var name = new NpgsqlConnectionStringBuilder(connection).Database!;
        await ExecuteAsync(_server!.ConnectionString, $"DROP DATABASE {name} WITH (FORCE)");
        await DatabaseAsync(name);
    }

    /// <summary>Lets commands of a workspace use a database as their catalog: by reference, as people do.</summary>
    internal static void Configure(CovidWorkspace workspace, string connection)
    {
        var file = Path.Combine(workspace.Root, "connection");
        File.WriteAllText(file, connection);
        File.WriteAllText(Path.Combine(workspace.Root, "temporal-dev.yaml"), $"catalog: ${{file:{file}}}\n");
    }

    /// <summary>Every table of a catalog as text, row by row in order.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> DumpAsync(string connection)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'catalog' AND table_name <> 'migrations' ORDER BY 1", open))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        var dump = new Dictionary<string, string>();
        foreach (var table in tables)
        {
            await using var read = new NpgsqlCommand($"SELECT coalesce(string_agg(r, E'\\n' ORDER BY r COLLATE \"C\"), '') FROM (SELECT row_to_json(t)::text AS r FROM catalog.{table} t) rows", open);
            dump[table] = (string)(await read.ExecuteScalarAsync())!;
        }

        Assert.Equal(15, dump.Count);
        return dump;
    }

    /// <summary>Rows of one query as text.</summary>
    public static async Task<string[]> RowsAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return [.. rows];
    }

    /// <summary>Two catalogs are the same, table by table.</summary>
    public static void AssertSame(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> seen) =>
        Assert.All(expected, table => Assert.Equal(table.Value, seen[table.Key]));

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _dir.Dispose();
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        await command.ExecuteNonQueryAsync();
    }
}
