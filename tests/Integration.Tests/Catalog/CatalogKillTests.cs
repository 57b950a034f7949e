using Integration.Tests.Cli;
using Integration.Tests.Runs;

namespace Integration.Tests.Catalog;

/// <summary>Postgres, or the worker that tells it what happens, is killed with SIGKILL: runs publish all the same, and the catalog ends as one that was never disturbed.</summary>
public sealed class CatalogKillTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly string[] Days = ["2020-03-20", "2020-03-21", "2020-03-22"];

    [Fact]
    public async Task Run_WhilePostgresIsDead_PublishesAndTheCatalogCatchesUp()
    {
        var connection = await server.DatabaseAsync();
        using var workspace = new CovidWorkspace(Days);
        PostgresServer.Configure(workspace, connection);
        (await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-20")).ShouldSucceed();
        await server.KillAsync();

        var run = (await workspace.CallAsync("run", "pipelines/covid", "--json")).ShouldSucceed();

        Assert.Equal(2, CovidWorkspace.Parse(run.Output).GetProperty("done").GetInt32());
        Assert.Contains("The catalog is behind", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Help:", run.Errors, StringComparison.Ordinal);
        var status = await workspace.CallAsync("catalog", "status", "--json");
        Assert.Equal(3, status.ExitCode);
        Assert.Equal(2, CovidWorkspace.Parse(status.Output).GetProperty("waiting").GetInt32());
        var doctor = await workspace.CallAsync("doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("wrong    catalog", doctor.Output, StringComparison.Ordinal);
        var partitions = (await workspace.CallAsync("partitions", "pipelines/covid")).ShouldSucceed();
        Assert.Contains("the lake was instead", partitions.Errors, StringComparison.Ordinal);
        Assert.Contains("3 published", partitions.Output, StringComparison.Ordinal);

        await server.StartAsync();
        Assert.Contains("3 published", (await workspace.CallAsync("partitions", "pipelines/covid")).ShouldSucceed().Output, StringComparison.Ordinal);
        await AssertUndisturbedAsync(workspace, connection);
    }

    [Fact]
    public async Task Run_WhilePostgresIsKilledAndStartedAgain_EndsUndisturbed()
    {
        var connection = await server.DatabaseAsync();
        using var workspace = new CovidWorkspace(Days);
        PostgresServer.Configure(workspace, connection);
        await using var run = workspace.Start(null, "run", "pipelines/covid", "--parallel", "1");
        await run.WaitForAsync("2020-03-20  done");
        await server.KillAsync();
        await run.WaitForAsync("2020-03-21  done");
        await server.StartAsync();

        (await run.EndAsync()).ShouldSucceed();

        (await workspace.CallAsync("catalog", "migrate")).ShouldSucceed();
        await AssertUndisturbedAsync(workspace, connection);
    }

    [Theory]
    [InlineData("record.kept")]
    [InlineData("record.noted")]
    [InlineData("catalog.before-write")]
    [InlineData("catalog.after-write")]
    public async Task Run_WorkerKilledWhileItRecords_EndsUndisturbed(string point)
    {
        var connection = await server.DatabaseAsync();
        using var workspace = new CovidWorkspace(Days[0]);
        PostgresServer.Configure(workspace, connection);

        // The first sight of a lake tells everything in one go: from then on it is told run by run.
        (await workspace.CallAsync("catalog", "migrate")).ShouldSucceed();
        await using (var killed = workspace.Start(new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{point}=kill" }, "run", "pipelines/covid"))
        {
            Assert.Equal(137, (await killed.EndAsync()).ExitCode);
        }

        (await workspace.CallAsync("run", "pipelines/covid")).ShouldSucceed();

        (await workspace.CallAsync("catalog", "migrate")).ShouldSucceed();
        await AssertUndisturbedAsync(workspace, connection);
    }

    /// <summary>Every partition was recorded once, and the catalog is what the lake alone makes of it.</summary>
    private async Task AssertUndisturbedAsync(CovidWorkspace workspace, string connection)
    {
        var seen = await PostgresServer.DumpAsync(connection);
        var days = await PostgresServer.RowsAsync(connection, "SELECT partition, state, epoch, published_epoch FROM catalog.partition_ledger WHERE dataset = '' ORDER BY 1");
        Assert.All(days, d => Assert.EndsWith("|Published|1|1", d, StringComparison.Ordinal));
        Assert.Equal(days.Length, seen["runs"].Split('\n').Length);
        await server.LoseAsync(connection);
        (await workspace.CallAsync("catalog", "rebuild", "--yes")).ShouldSucceed();
        PostgresServer.AssertSame(await PostgresServer.DumpAsync(connection), seen);
    }
}
