using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Orchestrator.Catalog.Local;
using Orchestrator.TestKit;

namespace Orchestrator.Catalog.Tests.Local;

[Trait("Category", "Integration")]
public sealed class LocalPostgresTests : IDisposable
{
    private readonly TempDir _dir = new();

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        _dir.Dispose();
    }

    [Fact]
    public async Task StartAsync_OfANewFolder_ListensOnAPrivateSocketOnly()
    {
        await using var server = await StartAsync();

        Assert.True(server.IsOwner);
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        Assert.StartsWith("/", connection.Host, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(connection.Host!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_dir.At("pg"), "data")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_dir.At("pg"), "password")));
        Assert.Equal("", await AskAsync(server, "SHOW listen_addresses"));
        Assert.Equal("scram-sha-256", await AskAsync(server, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"));
        connection.Password = "guessed";
        await using var intruder = new NpgsqlConnection(connection.ConnectionString);
        Assert.Equal(PostgresErrorCodes.InvalidPassword, (await Assert.ThrowsAsync<PostgresException>(() => intruder.OpenAsync(Token))).SqlState);
    }

    [Fact]
    public async Task StartAsync_WhileItRuns_JoinsIt()
    {
        await using var first = await StartAsync();
        await using (var second = await StartAsync())
        {
            Assert.False(second.IsOwner);
            Assert.Equal(first.ConnectionString, second.ConnectionString);
        }

        Assert.Equal("1", await AskAsync(first, "SELECT 1::text"));
    }

    [Fact]
    public async Task StartAsync_AfterAnOrderlyStop_HasTheData()
    {
        await using (var server = await StartAsync())
        {
            await AskAsync(server, "CREATE TABLE kept AS SELECT 7 AS n; SELECT ''");
        }

        Assert.False(File.Exists(Path.Combine(_dir.At("pg"), "data", "postmaster.pid")));
        await using var again = await StartAsync();
        Assert.Equal("7", await AskAsync(again, "SELECT n::text FROM kept"));
    }

    [Fact]
    public async Task StartAsync_AfterTheServerWasKilled_Recovers()
    {
        await using (var server = await StartAsync())
        {
            await AskAsync(server, "CREATE TABLE kept (n int); SELECT ''");
            for (var n = 0; n < 20; n++)
            {
                await AskAsync(server, $"INSERT INTO kept VALUES ({n}) RETURNING ''");
            }

            var killed = Postmaster();
            killed.Kill();
            await killed.WaitForExitAsync(Token);
            await WaitAsync(() => !server.IsRunning, "the supervisor to notice that the server is gone");
        }

        NpgsqlConnection.ClearAllPools();
        await using var again = await StartAsync();
        Assert.True(again.IsOwner);
        Assert.Equal("20", await AskAsync(again, "SELECT count(*)::text FROM kept"));
    }

    [Fact]
    public async Task Catalog_WhileTheServerIsKilledAndStarted_GoesOn()
    {
        var first = await StartAsync();
        await using var catalog = await CatalogDatabase.OpenAsync(first.ConnectionString, cancellationToken: Token);
        var key = new PartitionId("covid", "silver.cases", "2020-03-22");
        Assert.Equal(1, await catalog.Ledger.ClaimAsync(key, "run-1", cancellationToken: Token));

        Postmaster().Kill();
        await WaitAsync(() => !first.IsRunning, "the server to end");
        await first.DisposeAsync();
        var failure = await Assert.ThrowsAsync<CatalogException>(() => catalog.Ledger.ClaimAsync(key, "run-2", cancellationToken: Token));
        Assert.True(failure.IsTransient);

        await using var second = await StartAsync();
        Assert.Equal(2, await catalog.Ledger.ClaimAsync(key, "run-2", cancellationToken: Token));
    }

    [Fact]
    public async Task Catalog_WhenTheServerIsKilledWhileItWrites_HasAllThatItAcknowledged()
    {
        var first = await StartAsync();
        await using var catalog = await CatalogDatabase.OpenAsync(first.ConnectionString, cancellationToken: Token);
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<(string Partition, long Epoch)>();
        var writers = Enumerable.Range(0, 4).Select(async w =>
        {
            for (var epoch = 1L; ; epoch++)
            {
                try
                {
                    await catalog.Ledger.RestoreAsync([.. Enumerable.Range(0, 50).Select(p => Rows.Ledger($"w{w}-{p}", epoch, $"run-{epoch}"))], Token);
                    acknowledged.Add(($"w{w}-49", epoch));
                }
                catch (CatalogException failure)
                {
                    Assert.True(failure.IsTransient, failure.Message);
                    return;
                }
            }
        }).ToList();
        await WaitAsync(() => acknowledged.Count > 20, "some writes");
        Postmaster().Kill();
        await Task.WhenAll(writers);
        await first.DisposeAsync();

        await using var second = await StartAsync();
        var grid = (await catalog.Ledger.GridAsync("covid", "silver.cases", Token)).ToDictionary(c => c.Partition, c => c.Epoch);
        Assert.All(acknowledged, a => Assert.True(grid[a.Partition] >= a.Epoch, $"{a} was acknowledged, the ledger has {grid[a.Partition]}"));
        Assert.All(grid.GroupBy(c => c.Key.Split('-')[0]), writer => Assert.Single(writer.Select(c => c.Value).Distinct()));
    }

    [Fact]
    public async Task Supervisor_WhenItsProcessIsGone_StopsTheServer()
    {
        await using var server = await StartAsync();
        var postmaster = Postmaster();

        // What the kernel does for a killed process: its end of the pipe closes.
        await server.DisposeAsync();

        Assert.True(postmaster.HasExited);
    }

    [Fact]
    public async Task StartAsync_WithProgramsInAPrivateFolder_RunsThemAllTheSame()
    {
        using var closed = new TempDir();
        File.SetUnixFileMode(closed.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using (var copy = Process.Start("cp", ["-a", PostgresBinaries.Find(), closed.At("postgres-private")]))
        {
            await copy.WaitForExitAsync(Token);
        }

        await using var server = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = closed.At("pg"), Binaries = closed.At("postgres-private") }, Token);

        Assert.Equal("1", await AskAsync(server, "SELECT 1::text"));
        if (Environment.UserName == "root")
        {
            Directory.EnumerateDirectories("/var/cache/orchestrator", "postgres-private-*").ToList().ForEach(d => Directory.Delete(d, recursive: true));
        }
    }

    [Fact]
    public async Task StartAsync_WithBrokenData_ShowsTheLog()
    {
        await using (await StartAsync())
        {
        }

        File.WriteAllText(Path.Combine(_dir.At("pg"), "data", "postgresql.conf"), "no_such_setting = 1\n");

        var failure = await Assert.ThrowsAsync<CatalogException>(() => StartAsync());

        Assert.Contains("no_such_setting", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithALongPath_PutsTheSocketElsewhere()
    {
        await using var server = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = _dir.At(new string('x', 90)) }, Token);

        Assert.Equal("1", await AskAsync(server, "SELECT 1::text"));
        Directory.Delete(new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!, recursive: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<string?> AskAsync(LocalPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync(Token);
    }

    private static async Task WaitAsync(Func<bool> until, string what)
    {
        var deadline = Environment.TickCount64 + 30_000;
        while (!until())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Waited 30 s for {what}.");
            await Task.Delay(20, Token);
        }
    }

    private Task<LocalPostgres> StartAsync() => LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = _dir.At("pg") }, Token);

    private Process Postmaster() => Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(_dir.At("pg"), "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture));
}
