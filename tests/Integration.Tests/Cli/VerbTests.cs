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

        var made = await OrchestratorProcess.RunAsync(folder.Root, "init", "pipelines/shop");
        GoldenText.Equal("init", made.ShouldSucceed().Output, folder.Root);
        var run = CovidWorkspace.Parse((await OrchestratorProcess.RunAsync(folder.Root, "run", "pipelines/shop", "--json")).ShouldSucceed().Output);
        Assert.Equal(3, run.GetProperty("done").GetInt32());
        (await OrchestratorProcess.RunAsync(folder.Root, "test", "pipelines/shop")).ShouldSucceed();

        var list = CovidWorkspace.Parse((await OrchestratorProcess.RunAsync(folder.Root, "quarantine", "list", "--json")).ShouldSucceed().Output);
        var kept = Assert.Single(list.EnumerateArray().ToArray());
        Assert.Equal("silver.shop_orders 2026-01-06 1", $"{kept.GetProperty("dataset").GetString()} {kept.GetProperty("partition").GetString()} {kept.GetProperty("rows").GetInt32()}");
        GoldenText.Equal("quarantine-list", (await OrchestratorProcess.RunAsync(folder.Root, "quarantine", "list", "--pipeline", "shop")).ShouldSucceed().Output);
        GoldenText.Equal("quarantine-show", (await OrchestratorProcess.RunAsync(folder.Root, "quarantine", "show", "--dataset", "silver.shop_orders", "--rule", kept.GetProperty("rule").GetString()!)).ShouldSucceed().Output, folder.Root);

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

        GoldenText.Equal("partitions", (await workspace.CallAsync("partitions", "pipelines/covid")).ShouldSucceed().Output);
        var grid = CovidWorkspace.Parse((await workspace.CallAsync("partitions", "pipelines/covid", "--json")).ShouldSucceed().Output);
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

        GoldenText.Equal("lineage-table", (await workspace.CallAsync("lineage", "silver.cases")).ShouldSucceed().Output, workspace.Root);
        GoldenText.Equal("lineage-column", (await workspace.CallAsync("lineage", "silver.cases.deaths")).ShouldSucceed().Output, workspace.Root);
        var up = CovidWorkspace.Parse((await workspace.CallAsync("lineage", "gold.country_daily.deaths", "--upstream", "--json")).ShouldSucceed().Output);
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

        var diff = CovidWorkspace.Parse((await workspace.CallAsync("diff", "silver.cases", "--json")).ShouldSucceed().Output);

        Assert.Equal(1, diff.GetProperty("changedColumns").GetProperty("confirmed").GetInt32());
        var row = diff.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("values").TryGetProperty("confirmed", out _));
        Assert.Equal("67800 67801", $"{row.GetProperty("values").GetProperty("confirmed").GetProperty("before").GetString()} {row.GetProperty("values").GetProperty("confirmed").GetProperty("after").GetString()}");
        GoldenText.Equal("diff", (await workspace.CallAsync("diff", "gold.country_daily")).ShouldSucceed().Output);
        var same = (await workspace.CallAsync("diff", "gold.country_daily", "--from", "1", "--to", "1")).ShouldSucceed();
        Assert.Contains("no difference", same.Output);
        var wrong = await workspace.CallAsync("diff", "gold.country_daily", "--key", "country,nothing");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("Help:", wrong.Errors);
    }

    [Fact]
    public async Task ContractDiff_OfABreakingChangeWithoutAMajorVersion_FailsAndSaysSo()
    {
        using var workspace = new CovidWorkspace("2020-03-21");
        var old = Path.Combine(workspace.PipelineFolder, "contracts", "gold.country_daily.odcs.yaml");
        var @new = Path.Combine(workspace.Root, "new.odcs.yaml");
        File.WriteAllText(@new, File.ReadAllText(old).Replace("name: recovered", "name: healed", StringComparison.Ordinal));

        var diff = await workspace.CallAsync("contract", "diff", old, @new);

        Assert.Equal(1, diff.ExitCode);
        GoldenText.Equal("contract-diff", diff.Output, workspace.Root);
        var document = CovidWorkspace.Parse((await workspace.CallAsync("contract", "diff", old, @new, "--json")).Output);
        Assert.Equal("breaking", document.GetProperty("impact").GetString());
        (await workspace.CallAsync("contract", "diff", old, old)).ShouldSucceed();
    }

    [Fact]
    public async Task Doctor_OfASoundFolder_IsHealthyAndOfABrokenOneSaysHowToMendIt()
    {
        using var workspace = new CovidWorkspace("2020-03-21");

        var healthy = CovidWorkspace.Parse((await workspace.CallAsync("doctor", "--json")).ShouldSucceed().Output);
        Assert.True(healthy.GetProperty("healthy").GetBoolean());
        Assert.Equal(
            ["engine", "pipelines", "lake", "temporal", "search attributes", "catalog", "keys", "disk", "memory"],
            healthy.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("check").GetString()));

        File.AppendAllText(Path.Combine(workspace.PipelineFolder, "pipeline.yaml"), "\nnonsense: 1\n");
        var sick = await workspace.CallAsync("doctor", "--address", "127.0.0.1:1");
        Assert.Equal(1, sick.ExitCode);
        Assert.Equal(2, sick.Output.Split('\n').Count(l => l.StartsWith("wrong", StringComparison.Ordinal)));
        Assert.Equal(2, sick.Output.Split('\n').Count(l => l.Contains("Help:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_OfAShell_AsksTheProgram(string shell)
    {
        using var folder = new TempDir();

        var script = (await OrchestratorProcess.RunAsync(folder.Root, "completion", shell)).ShouldSucceed().Output;

        Assert.Contains("[suggest:", script);
        var line = "orchestrator par";
        Assert.Contains("partitions", (await OrchestratorProcess.RunAsync(folder.Root, $"[suggest:{line.Length}]", line)).Output);
    }

    [Fact]
    public async Task Guide_OfTheCommands_NamesEveryVerb()
    {
        var guide = File.ReadAllText(TestPaths.InRepo("docs", "guides", "cli.md"));
        foreach (var verb in await VerbsAsync())
        {
            Assert.Contains($"`{verb}", guide, StringComparison.Ordinal);
            foreach (var inner in await VerbsAsync(verb))
            {
                Assert.Contains($"`{verb} {inner}", guide, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Verbs as the program's own help lists them.</summary>
    private static async Task<IReadOnlyList<string>> VerbsAsync(params string[] of)
    {
        var help = (await OrchestratorProcess.RunAsync(TestPaths.Repo, [.. of, "--help"])).ShouldSucceed().Output.ReplaceLineEndings("\n");
        var at = help.IndexOf("Commands:\n", StringComparison.Ordinal);
        return at < 0 ? [] : [.. help[(at + "Commands:\n".Length)..].Split('\n').TakeWhile(l => l.Length > 0).Where(l => l.StartsWith("  ", StringComparison.Ordinal) && l[2] != ' ').Select(l => l.Trim().Split(' ')[0])];
    }
}
