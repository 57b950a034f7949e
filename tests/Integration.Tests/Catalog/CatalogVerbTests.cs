using Integration.Tests.Cli;
using Integration.Tests.Runs;
using Npgsql;
using Orchestrator.TestKit;

namespace Integration.Tests.Catalog;

/// <summary>The catalog through the real program: what runs leave in it, what is read from it, and that a lost one comes back whole.</summary>
public sealed class CatalogVerbTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Rebuild_OfALostCatalog_IsTheSameInEveryTableRowByRow()
    {
        var connection = await server.DatabaseAsync();
        using var workspace = new CovidWorkspace("2020-03-20", "2020-03-21", "2020-03-22");
        PostgresServer.Configure(workspace, connection);
        var good = File.ReadAllBytes(workspace.SampleFile("2020-03-21"));
        File.WriteAllText(workspace.SampleFile("2020-03-21"), "no,such,header\n1,2,3\n");
        Assert.Equal(1, (await workspace.CallAsync("run", "pipelines/covid")).ExitCode);
        await HoldAsync(workspace);
        File.WriteAllBytes(workspace.SampleFile("2020-03-21"), good);
        (await workspace.CallAsync("backfill", "submit", "covid", "--name", "rest", "--yes", "--wait")).ShouldSucceed();

        var before = await PostgresServer.DumpAsync(connection);
        foreach (var table in new[] { "runs", "attempts", "step_metrics", "partition_ledger", "quality_series", "lineage_edges", "costs", "watermarks", "audit_trail", "holds", "hold_decisions", "waivers" })
        {
            Assert.True(before[table].Length > 0, $"'{table}' is empty");
        }

        Assert.Equal(
            ["2020-03-20|Published|1", "2020-03-21|Published|2", "2020-03-22|Published|3"],
            await PostgresServer.RowsAsync(connection, "SELECT partition, state, epoch FROM catalog.partition_ledger WHERE dataset = '' ORDER BY 1"));
        Assert.Equal(
            ["2020-03-21|backfill|covid/rest", "2020-03-22|backfill|covid/rest"],
            await PostgresServer.RowsAsync(connection, "SELECT partition, trigger, backfill FROM catalog.runs WHERE backfill IS NOT NULL AND status = 'succeeded' ORDER BY 1"));
        Assert.Equal(["ann|hold.waive"], await PostgresServer.RowsAsync(connection, "SELECT actor, action FROM catalog.audit_trail WHERE action LIKE 'hold.%'"));
        Assert.Equal(["backfill/covid/rest"], await PostgresServer.RowsAsync(connection, "SELECT target FROM catalog.audit_trail WHERE action = 'backfill.start'"));

        await server.LoseAsync(connection);
        var rebuilt = CovidWorkspace.Parse((await workspace.CallAsync("catalog", "rebuild", "--yes", "--json")).ShouldSucceed().Output);

        Assert.Equal(0, rebuilt.GetProperty("waiting").GetInt32());
        PostgresServer.AssertSame(before, await PostgresServer.DumpAsync(connection));

        // And a lost one comes back by itself, with the next command that reads it.
        await server.LoseAsync(connection);
        var grid = CovidWorkspace.Parse((await workspace.CallAsync("partitions", "pipelines/covid", "--json")).ShouldSucceed().Output);
        Assert.Equal(3, grid.GetProperty("counts").GetProperty("published").GetInt32());
        PostgresServer.AssertSame(before, await PostgresServer.DumpAsync(connection));
    }

    [Fact]
    public async Task Reading_FromTheCatalog_SaysWhatTheLakeSays()
    {
        var connection = await server.DatabaseAsync();
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22", "2020-03-23");
        File.WriteAllText(workspace.SampleFile("2020-03-22"), "no,such,header\n1,2,3\n");
        await workspace.CallAsync("run", "pipelines/covid");
        var grid = (await workspace.CallAsync("partitions", "pipelines/covid")).ShouldSucceed().Output;
        var status = Without((await workspace.CallAsync("status", "--json")).ShouldSucceed().Output);
        var runs = (await workspace.CallAsync("runs", "--json")).ShouldSucceed().Output;

        // Runs of before the catalog are in it too.
        PostgresServer.Configure(workspace, connection);
        Assert.Equal(grid, (await workspace.CallAsync("partitions", "pipelines/covid")).ShouldSucceed().Output);
        Assert.Equal(status, Without((await workspace.CallAsync("status", "--json")).ShouldSucceed().Output));
        Assert.Equal(Ids(runs), Ids((await workspace.CallAsync("runs", "--json")).ShouldSucceed().Output));
        Assert.Equal(Ids(runs).Where(r => r.EndsWith(" failed", StringComparison.Ordinal)), Ids((await workspace.CallAsync("runs", "--status", "failed", "--json")).ShouldSucceed().Output));
        Assert.EndsWith("1 of 2 runs; --limit shows more", (await workspace.CallAsync("runs", "--pipeline", "covid", "--status", "completed", "--limit", "1")).ShouldSucceed().Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(Ids((await workspace.CallAsync("runs", "--status", "cancelled", "--json")).ShouldSucceed().Output));
        var model = Path.Combine(workspace.PipelineFolder, "models", "gold.country_daily.sql");
        File.AppendAllText(model, "\n-- a comment changes nothing\n");
        Assert.Equal(grid, (await workspace.CallAsync("partitions", "pipelines/covid")).ShouldSucceed().Output);
        Assert.Equal(grid, (await workspace.CallAsync("partitions", "pipelines/covid", "--live")).ShouldSucceed().Output);

        // Another lake in the same database is refused, and read from itself.
        var other = await workspace.CallAsync("catalog", "migrate", "--lake", "other");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("belongs to lake", other.Errors, StringComparison.Ordinal);

        var healthy = await workspace.CallAsync("doctor");
        Assert.Contains("a Postgres by connection string holds 3 runs, 0 records wait", healthy.ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuild_OfALakeWithoutRecordsOrLedger_TakesWhatTheCommitsTell()
    {
        var connection = await server.DatabaseAsync();
        using var workspace = new CovidWorkspace("2020-03-20", "2020-03-21");
        await workspace.RunAsync();
        PostgresServer.Configure(workspace, connection);
        const string Published = "SELECT partition, dataset, state, run_id, table_version, rows, bytes, input_fingerprint FROM catalog.partition_ledger WHERE dataset <> '' ORDER BY 1, 2";
        (await workspace.CallAsync("catalog", "rebuild", "--yes")).ShouldSucceed();
        var whole = await PostgresServer.RowsAsync(connection, Published);
        Assert.Equal(6, whole.Length);

        // As a lake of before there were records.
        Directory.Delete(Path.Combine(workspace.Lake, "_runs"), recursive: true);
        (await workspace.CallAsync("catalog", "rebuild", "--yes")).ShouldSucceed();
        Assert.Equal(["2020-03-20|Published|0", "2020-03-21|Published|0"], await PostgresServer.RowsAsync(connection, "SELECT partition, state, epoch FROM catalog.partition_ledger WHERE dataset = '' ORDER BY 1"));

        Directory.Delete(Path.Combine(workspace.Lake, "_ledger"), recursive: true);
        (await workspace.CallAsync("catalog", "rebuild", "--yes")).ShouldSucceed();
        Assert.Equal(whole, await PostgresServer.RowsAsync(connection, Published));
    }

    [Fact]
    public async Task Rebuild_FromCommitsAlone_TakesNoTableOfRowsKeptAsideForADataset()
    {
        var connection = await server.DatabaseAsync();
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");
        Assert.Single(await workspace.RowsAsync("source_row", "_quarantine.silver_sales"));
        workspace.Write("connection", connection);
        workspace.Write("temporal-dev.yaml", $"catalog: ${{file:{workspace.At("connection")}}}");

        Directory.Delete(Path.Combine(workspace.Lake, "_runs"), recursive: true);
        Directory.Delete(Path.Combine(workspace.Lake, "_ledger"), recursive: true);
        (await workspace.CallAsync("catalog", "rebuild", "--yes")).ShouldSucceed();

        Assert.Equal(["bronze.shop", "gold.sums", "silver.sales"], await PostgresServer.RowsAsync(connection, "SELECT dataset FROM catalog.partition_ledger WHERE dataset <> '' ORDER BY 1"));
    }

    [Fact]
    public async Task Verbs_OfALocalCatalog_StartItAndPrintTheGoldenText()
    {
        using var folder = new TempDir();
        var none = await OrchestratorProcess.RunAsync(folder.Root, "catalog", "status");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("Help: set 'catalog: local'", none.Errors, StringComparison.Ordinal);

        File.WriteAllText(folder.At("temporal-dev.yaml"), "catalog: local\n");
        await GoldenCall.TextAsync(folder.Root, "catalog-status", 0, "catalog", "status");
        await GoldenCall.DocumentAsync(folder.Root, "catalog-status", 0, "catalog", "status");
        await GoldenCall.TextAsync(folder.Root, "catalog-migrate", 0, "catalog", "migrate");
        await GoldenCall.DocumentAsync(folder.Root, "catalog-migrate", 0, "catalog", "migrate");
        await GoldenCall.TextAsync(folder.Root, "catalog-rebuild", 0, "catalog", "rebuild", "--yes");
        await GoldenCall.DocumentAsync(folder.Root, "catalog-rebuild", 0, "catalog", "rebuild", "--yes");
        Assert.Equal(2, (await OrchestratorProcess.RunAsync(folder.Root, "catalog", "rebuild")).ExitCode);

        File.WriteAllText(folder.At("away"), "Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=5");
        File.WriteAllText(folder.At("temporal-dev.yaml"), $"catalog: ${{file:{folder.At("away")}}}\n");
        await GoldenCall.TextAsync(folder.Root, "catalog-status.away", 3, "catalog", "status");
        await GoldenCall.DocumentAsync(folder.Root, "catalog-status.away", 3, "catalog", "status");

        File.WriteAllText(folder.At("temporal-dev.yaml"), "catalog: Host=db;Password=secret\n");
        var refused = await OrchestratorProcess.RunAsync(folder.Root, "catalog", "status");
        Assert.Equal(2, refused.ExitCode);
        Assert.DoesNotContain("secret", refused.Errors, StringComparison.Ordinal);
    }

    /// <summary>A run that is held, and let pass by a waiver.</summary>
    private static async Task HoldAsync(CovidWorkspace workspace)
    {
        var (file, before) = (Path.Combine(workspace.PipelineFolder, "pipeline.yaml"), File.ReadAllText(Path.Combine(workspace.PipelineFolder, "pipeline.yaml")));
        var contract = Path.Combine(workspace.PipelineFolder, "contracts", "gold.country_daily.odcs.yaml");
        var text = File.ReadAllText(contract);
        File.AppendAllText(file, "\nquality:\n  on_error: hold\n  approvers: [ann]\n");
        File.WriteAllText(contract, text.Replace(
            "    description: One row per country and reported day.\n",
            "    description: One row per country and reported day.\n    quality:\n      - name: many_countries\n        metric: rowCount\n        mustBeGreaterThan: 100000\n        severity: error\n",
            StringComparison.Ordinal));
        Assert.Equal(4, (await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-22")).ExitCode);
        (await workspace.CallAsync("waive", "run/covid/2020-03-22", "--by", "ann", "--reason", "few countries yet", "--until", "2100-01-01")).ShouldSucceed();
        File.WriteAllText(file, before);
        File.WriteAllText(contract, text);
    }

    private static string[] Ids(string runs) => [.. CovidWorkspace.Parse(runs).EnumerateArray().Select(r => $"{r.GetProperty("workflowId").GetString()} {r.GetProperty("runId").GetString()} {r.GetProperty("status").GetString()}").Order(StringComparer.Ordinal)];

    /// <summary>Times as the catalog keeps them, to the microsecond.</summary>
    private static string Without(string status)
    {
        var page = CovidWorkspace.Parse(status);
        var pipelines = page.GetProperty("pipelines").EnumerateArray().Select(p => $"{p.GetProperty("pipeline").GetString()} {p.GetProperty("published").GetInt32()} {p.GetProperty("failed").GetInt32()} {p.GetProperty("quarantined").GetInt64()}");
        var last = page.GetProperty("last").EnumerateArray().Concat(page.GetProperty("failures").EnumerateArray())
            .Select(r => $"{r.GetProperty("pipeline").GetString()} {r.GetProperty("partition").GetString()} {r.GetProperty("status").GetString()} {r.GetProperty("rows").GetInt64()} {r.GetProperty("runId").GetString()}");
        return string.Join('\n', pipelines.Concat(last));
    }
}
