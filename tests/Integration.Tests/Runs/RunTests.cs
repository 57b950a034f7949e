using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>The main job, through the real program.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task Run_OfTheSample_PublishesThreeTablesAndAccountsForEveryRow()
    {
        using var workspace = new CovidWorkspace();

        var summary = await workspace.RunAsync();

        Assert.Equal(14, summary.GetProperty("done").GetInt32());
        Assert.Equal(0, summary.GetProperty("failed").GetInt32());
        var bronze = summary.GetProperty("datasets")[0];
        var lines = Directory.EnumerateFiles(workspace.SampleFolder, "*.csv").Sum(f => File.ReadAllLines(f).Length - 1);
        Assert.Equal(lines, bronze.GetProperty("read").GetInt64());
        foreach (var dataset in summary.GetProperty("datasets").EnumerateArray())
        {
            var dropped = dataset.GetProperty("dropped").EnumerateObject().Sum(d => d.Value.GetInt64());
            Assert.Equal(
                dataset.GetProperty("read").GetInt64(),
                dataset.GetProperty("published").GetInt64() + dataset.GetProperty("quarantined").GetInt64() + dropped);
        }

        Assert.NotEqual(0, summary.GetProperty("sample").GetProperty("rows").GetArrayLength());
        Assert.Empty(workspace.StagedFiles());
    }

    [Fact]
    public async Task Run_Twice_PublishesNoNewVersionAndSaysSo()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        var first = await workspace.RunAsync();
        var before = Versions(first);

        var again = await workspace.CallAsync("run", "pipelines/covid");

        again.ShouldSucceed();
        Assert.Contains("nothing to do", again.Output);
        Assert.Equal(before, Versions(await workspace.RunAsync()));
    }

    [Fact]
    public async Task Run_OfAChangedEarlierDay_RestatesTheNextSixDaysOfGold()
    {
        var days = Enumerable.Range(15, 9).Select(d => $"2020-03-{d}").ToArray();
        using var workspace = new CovidWorkspace(days);
        await workspace.RunAsync();
        var file = workspace.SampleFile("2020-03-16");
        File.WriteAllText(file, File.ReadAllText(file).Replace(",27980,", ",28000,", StringComparison.Ordinal));

        var summary = await workspace.RunAsync();

        Assert.Equal(1, summary.GetProperty("done").GetInt32());
        var version = summary.GetProperty("datasets")[2].GetProperty("version").GetInt64();
        var changed = await workspace.QueryAsync(
            $"select distinct cast(report_date as varchar) d from (select * from gold.country_daily except select * from gold.country_daily at (version => {version - 1})) order by d");
        var seen = changed.EnumerateArray().Select(r => r[0].GetString()).ToArray();
        Assert.Contains("2020-03-16", seen);
        Assert.All(seen, d => Assert.InRange(string.CompareOrdinal(d, "2020-03-16"), 0, int.MaxValue));
        Assert.All(seen, d => Assert.InRange(string.CompareOrdinal(d, "2020-03-22"), int.MinValue, 0));
    }

    [Fact]
    public async Task Run_DaysInAnyOrderAndAtOnce_LeavesTheSameGold()
    {
        var days = Enumerable.Range(18, 7).Select(d => $"2020-03-{d}").ToArray();
        using var inOrder = new CovidWorkspace(days);
        await inOrder.RunAsync("--parallel", "1");
        using var shuffled = new CovidWorkspace(days);
        foreach (var day in new[] { days[6], days[2], days[4] })
        {
            await shuffled.RunAsync("--partition", day);
        }

        await shuffled.RunAsync("--parallel", "4");

        var expected = await inOrder.RowsAsync();
        var seen = await shuffled.RowsAsync();
        Assert.All(expected, table => Assert.Equal(table.Value, seen[table.Key]));
    }

    [Fact]
    public async Task Query_AtAnEarlierVersion_ReadsThatVersion()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        await workspace.RunAsync("--partition", "2020-03-21");
        var version = (await workspace.RunAsync("--partition", "2020-03-22")).GetProperty("datasets")[2].GetProperty("version").GetInt64();

        var days = await workspace.QueryAsync(
            $"select (select count(distinct report_date) from gold.country_daily) newest, (select count(distinct report_date) from gold.country_daily at (version => {version - 1})) earlier");

        Assert.Equal(2, days[0][0].GetInt32());
        Assert.Equal(1, days[0][1].GetInt32());
    }

    [Fact]
    public async Task RunsAndShow_AfterARun_TellItsSteps()
    {
        using var workspace = new CovidWorkspace("2020-03-22");
        await workspace.RunAsync();

        var runs = CovidWorkspace.Parse((await workspace.CallAsync("runs", "--json")).ShouldSucceed().Output);
        Assert.Equal("run/covid/2020-03-22", runs[0].GetProperty("workflowId").GetString());
        Assert.Equal("completed", runs[0].GetProperty("status").GetString());

        var shown = CovidWorkspace.Parse((await workspace.CallAsync("show", "run/covid/2020-03-22", "--json")).ShouldSucceed().Output);
        var steps = shown.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("step").GetString()!).ToArray();
        Assert.Equal(
            ["PlanRun", "LandBronze", "LoadBronze", "Transform", "Transform", "Publish", "Publish", "Publish", "RecordRun"],
            steps);
        Assert.All(shown.GetProperty("steps").EnumerateArray(), s => Assert.Equal("done", s.GetProperty("outcome").GetString()));
    }

    private static string Versions(System.Text.Json.JsonElement summary) =>
        string.Join(',', summary.GetProperty("datasets").EnumerateArray().Select(d => d.GetProperty("version").GetInt64()));

    [Fact]
    public async Task Test_OfThePipelinesFixtures_Passes() =>
        (await Cli.OrchestratorProcess.RunAsync(TestPaths.Repo, "test", "pipelines/covid")).ShouldSucceed();
}
