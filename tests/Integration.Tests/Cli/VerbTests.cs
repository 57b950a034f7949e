using System.Text.Json;
using Integration.Tests.Runs;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>The reading verbs, through the real program, against approved texts and the shapes of their documents (docs/guides/cli.md).</summary>
public sealed class VerbTests
{
    [Fact]
    public async Task Init_ThenRun_MakesTablesAndKeepsTheBadOrderAside()
    {
        using var folder = new TempDir();

        await GoldenCall.TextAsync(folder.Root, "init", 0, "init", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder.Root, "init", 0, "init", "pipelines/other", "--owner", "ann");
        var run = CovidWorkspace.Parse((await OrchestratorProcess.RunAsync(folder.Root, "run", "pipelines/shop", "--json")).ShouldSucceed().Output);
        Assert.Equal(3, run.GetProperty("done").GetInt32());
        var list = await GoldenCall.DocumentAsync(folder.Root, "quarantine-list", 0, "quarantine", "list");
        var kept = Assert.Single(list.EnumerateArray().ToArray());
        Assert.Equal("silver.shop_orders 2026-01-06 1", $"{kept.GetProperty("dataset").GetString()} {kept.GetProperty("partition").GetString()} {kept.GetProperty("rows").GetInt32()}");
        await GoldenCall.TextAsync(folder.Root, "quarantine-list", 0, "quarantine", "list", "--pipeline", "shop");
        string[] show = ["quarantine", "show", "--dataset", "silver.shop_orders", "--rule", kept.GetProperty("rule").GetString()!];
        await GoldenCall.TextAsync(folder.Root, "quarantine-show", 0, show);
        await GoldenCall.DocumentAsync(folder.Root, "quarantine-show", 0, show);

        var again = await OrchestratorProcess.RunAsync(folder.Root, "init", "pipelines/shop");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("Help:", again.Errors);
    }

    [Fact]
    public async Task PartitionsStatusAndLogs_AfterAFailure_ShowIt()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22", "2020-03-23");
        File.WriteAllText(workspace.SampleFile("2020-03-22"), "no,such,header\n1,2,3\n");
        await workspace.CallAsync("run", "pipelines/covid");

        await GoldenCall.TextAsync(workspace.Root, "partitions", 0, "partitions", "pipelines/covid");
        var grid = await GoldenCall.DocumentAsync(workspace.Root, "partitions", 0, "partitions", "pipelines/covid");
        Assert.Equal(["published", "failed", "published"], grid.GetProperty("partitions").EnumerateArray().Select(p => p.GetProperty("state").GetString()));
        Assert.Equal("failed", grid.GetProperty("partitions")[1].GetProperty("datasets").GetProperty("gold.country_daily").GetString());

        var status = CovidWorkspace.Parse((await workspace.CallAsync("status", "--json")).ShouldSucceed().Output);
        Assert.Equal(2, status.GetProperty("pipelines")[0].GetProperty("published").GetInt32());
        Assert.Equal("2020-03-22", Assert.Single(status.GetProperty("failures").EnumerateArray().ToArray()).GetProperty("partition").GetString());
        Assert.Equal(3, status.GetProperty("last").GetArrayLength());
        Assert.Contains("covid 2020-03-22:", (await workspace.CallAsync("status")).ShouldSucceed().Output);

        var logs = CovidWorkspace.Parse((await workspace.CallAsync("logs", "2020-03-22", "--json")).ShouldSucceed().Output);
        Assert.All(logs.EnumerateArray(), l => Assert.NotEmpty(l.GetProperty("message").GetString()!));
        Assert.Equal(2, (await workspace.CallAsync("logs", "--level", "loud")).ExitCode);
    }

    [Fact]
    public async Task Lineage_OfTableAndColumn_IsTheGoldenText()
    {
        using var workspace = new CovidWorkspace("2020-03-22");

        await GoldenCall.TextAsync(workspace.Root, "lineage", 0, "lineage", "silver.cases");
        await GoldenCall.DocumentAsync(workspace.Root, "lineage", 0, "lineage", "silver.cases");
        await GoldenCall.TextAsync(workspace.Root, "lineage.column", 0, "lineage", "silver.cases.deaths");
        var up = await GoldenCall.DocumentAsync(workspace.Root, "lineage.column", 0, "lineage", "gold.country_daily.deaths", "--upstream");
        Assert.Contains(up.GetProperty("upstream").EnumerateArray(), b => b.GetProperty("name").GetString() == "silver.cases.deaths");
        Assert.False(up.TryGetProperty("downstream", out _));

        var unknown = await workspace.CallAsync("lineage", "gold.nothing");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("Help:", unknown.Errors);
    }

    [Fact]
    public async Task Diff_OfTwoVersions_TellsWhatChangedByKey()
    {
        using var workspace = new CovidWorkspace("2020-03-21");
        await workspace.RunAsync();
        var file = workspace.SampleFile("2020-03-21");
        var lines = File.ReadAllLines(file);
        var china = Array.FindIndex(lines, l => l.StartsWith("Hubei,China,", StringComparison.Ordinal));
        lines[china] = lines[china].Replace(",67800,", ",67801,", StringComparison.Ordinal);
        File.WriteAllLines(file, lines.Where(l => !l.StartsWith("Anguilla", StringComparison.Ordinal)));
        await workspace.RunAsync();

        var diff = await GoldenCall.DocumentAsync(workspace.Root, "diff", 0, "diff", "silver.cases");

        Assert.Equal(1, diff.GetProperty("changedColumns").GetProperty("confirmed").GetInt32());
        var row = diff.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("values").TryGetProperty("confirmed", out _));
        Assert.Equal("67800 67801", $"{row.GetProperty("values").GetProperty("confirmed").GetProperty("before").GetString()} {row.GetProperty("values").GetProperty("confirmed").GetProperty("after").GetString()}");
        await GoldenCall.TextAsync(workspace.Root, "diff", 0, "diff", "gold.country_daily");
        await QueryAsync(workspace);
        var same = (await workspace.CallAsync("diff", "gold.country_daily", "--from", "1", "--to", "1")).ShouldSucceed();
        Assert.Contains("no difference", same.Output);
        var wrong = await workspace.CallAsync("diff", "gold.country_daily", "--key", "country,nothing");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("Help:", wrong.Errors);
    }

    private static async Task QueryAsync(CovidWorkspace workspace)
    {
        string[] query = ["query", "select country, report_date, confirmed, confirmed_7d_avg, cast(null as integer) as nothing from gold.country_daily where country in ('China', 'Italy') order by country"];
        await GoldenCall.TextAsync(workspace.Root, "query", 0, query);
        await GoldenCall.DocumentAsync(workspace.Root, "query", 0, query);
    }
}
