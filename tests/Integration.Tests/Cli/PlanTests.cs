using System.Text.Json;
using Integration.Tests.Runs;

namespace Integration.Tests.Cli;

/// <summary>What would run and why, through the real program: each test changes one thing after a complete run and asks for the plan.</summary>
public sealed class PlanTests
{
    private static readonly string[] Days = [.. Enumerable.Range(15, 9).Select(d => $"2020-03-{d}")];

    [Fact]
    public async Task Plan_OfOneChangedFileAfterACompleteRun_NamesItAndRestatesThatDayAndTheSixAfterItAndNothingElse()
    {
        using var workspace = new CovidWorkspace(Days);
        Assert.All((await PlanAsync(workspace)).GetProperty("runs").EnumerateArray(), r => Assert.Equal("missing", Kind(r)));
        await workspace.RunAsync();
        var nothing = await PlanAsync(workspace);
        Assert.Equal(0, nothing.GetProperty("runs").GetArrayLength());
        Assert.Equal(9, nothing.GetProperty("upToDate").GetInt32());
        Change(workspace, "2020-03-16");

        var plan = await PlanAsync(workspace);

        var run = Assert.Single(plan.GetProperty("runs").EnumerateArray().ToArray());
        Assert.Equal("2020-03-16", run.GetProperty("partition").GetString());
        var reason = Assert.Single(run.GetProperty("reasons").EnumerateArray().ToArray());
        Assert.Equal("inputsChanged", reason.GetProperty("kind").GetString());
        Assert.EndsWith("03-16-2020.csv", reason.GetProperty("subject").GetString());
        Assert.Equal(
            ["bronze.daily_reports 2020-03-16", "silver.cases 2020-03-16", "gold.country_daily 2020-03-16..2020-03-22"],
            plan.GetProperty("datasets").EnumerateArray().Select(d => $"{d.GetProperty("dataset").GetString()} {string.Join(',', d.GetProperty("ranges").EnumerateArray())}"));
        Assert.Equal(8, plan.GetProperty("upToDate").GetInt32());
        Assert.Equal(9, plan.GetProperty("history").GetInt32());
        var seconds = run.GetProperty("seconds");
        Assert.InRange(seconds.GetProperty("median").GetDouble(), seconds.GetProperty("low").GetDouble(), seconds.GetProperty("high").GetDouble());

        Assert.InRange(run.GetProperty("cost").GetProperty("low").GetDouble(), 1e-9, plan.GetProperty("cost").GetProperty("high").GetDouble());

        // What the plan says is what happens: nothing else gets a new version.
        var summary = await workspace.RunAsync("--plan", plan.GetProperty("hash").GetString()!);
        Assert.Equal(1, summary.GetProperty("done").GetInt32());
        var gold = summary.GetProperty("datasets")[2].GetProperty("version").GetInt64();
        var rewritten = await workspace.QueryAsync(
            $"select distinct cast(report_date as varchar) d from (select * from gold.country_daily except select * from gold.country_daily at (version => {gold - 1})) order by d");
        Assert.All(rewritten.EnumerateArray(), r => Assert.Contains(r[0].GetString(), Days[1..8]));
        Assert.Equal(0, (await PlanAsync(workspace)).GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task Run_OfAPlanWhoseWorldMoved_RefusesWithItsOwnExitCodeAndSaysWhat()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        var hash = (await PlanAsync(workspace)).GetProperty("hash").GetString()!;
        Change(workspace, "2020-03-22");

        var refused = await workspace.CallAsync("run", "pipelines/covid", "--plan", hash[..12]);

        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("2020-03-22 has other inputs now", refused.Errors);
        Assert.Contains("Help:", refused.Errors);
        Assert.Empty(workspace.PublishedTables());

        var unknown = await workspace.CallAsync("run", "pipelines/covid", "--plan", "0123456789");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("Help:", unknown.Errors);
    }

    [Fact]
    public async Task Plan_OfARangeAndAList_PlansNothingElse()
    {
        using var workspace = new CovidWorkspace(Days);

        var plan = await PlanAsync(workspace, "--partitions", "2020-03-16..2020-03-17,2020-03-20");

        Assert.Equal(["2020-03-16", "2020-03-17", "2020-03-20"], plan.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("partition").GetString()));
        var wrong = await workspace.CallAsync("plan", "pipelines/covid", "--partitions", "march");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("Help:", wrong.Errors);
    }

    [Fact]
    public async Task Plan_OfAPartitionWithoutFileBesideOneThatIsUpToDate_IsRefusedAndNamesOnlyIt()
    {
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");

        var plan = await workspace.CallAsync("plan", "pipelines/shop", "--partitions", "2024-05-01,2024-05-09");

        Assert.Equal(2, plan.ExitCode);
        Assert.Contains("No source file for partition '2024-05-09' of 'shop'", plan.Errors, StringComparison.Ordinal);
        Assert.Contains("nothing to do", (await workspace.CallAsync("plan", "pipelines/shop", "--partitions", "2024-05-01")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfChangedCode_TellsWhatChangedAndWhatItMeansDownTheGraph()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        await workspace.RunAsync();
        var silver = Path.Combine(workspace.PipelineFolder, "models", "silver.cases.sql");
        var original = File.ReadAllText(silver);

        // A comment and another layout are no change.
        File.WriteAllText(silver, "-- new words\n" + original.Replace("    country,\n    province,", "    country, province,", StringComparison.Ordinal));
        Assert.Equal(0, (await PlanAsync(workspace)).GetProperty("runs").GetArrayLength());

        // Latitude is checked by nothing and gold does not read it: silver changes, gold does not.
        File.WriteAllText(silver, original.Replace("TRY_CAST(latitude AS DOUBLE) AS latitude", "round(TRY_CAST(latitude AS DOUBLE), 6) AS latitude", StringComparison.Ordinal));
        var plan = await PlanAsync(workspace);
        Assert.Equal(2, plan.GetProperty("runs").GetArrayLength());
        Assert.All(plan.GetProperty("runs").EnumerateArray(), r => Assert.Equal("codeChanged", Kind(r)));
        Assert.Equal("silver.cases", plan.GetProperty("runs")[0].GetProperty("reasons")[0].GetProperty("subject").GetString());
        Assert.Contains("latitude", plan.GetProperty("runs")[0].GetProperty("reasons")[0].GetProperty("detail").GetString());

        // Confirmed is what gold sums up.
        File.WriteAllText(silver, original.Replace("    CASE WHEN regexp_full_match(confirmed,", "    CASE WHEN regexp_full_match('0' || confirmed,", StringComparison.Ordinal));
        await GoldenCall.TextAsync(workspace.Root, "plan.code", 0, "plan", "pipelines/covid");
        var breaking = (await GoldenCall.DocumentAsync(workspace.Root, "plan.code", 0, "plan", "pipelines/covid")).GetProperty("changes").EnumerateArray().ToDictionary(c => c.GetProperty("dataset").GetString()!, c => c.GetProperty("category").GetString());
        Assert.Equal("breaking", breaking["silver.cases"]);
        Assert.Equal("breaking", breaking["gold.country_daily"]);
    }

    [Fact]
    public async Task Plan_OfAChangedFile_IsTheGoldenText()
    {
        using var workspace = new CovidWorkspace(Days);
        await workspace.RunAsync();
        Change(workspace, "2020-03-16");

        await GoldenCall.TextAsync(workspace.Root, "plan", 0, "plan", "pipelines/covid");
        await GoldenCall.DocumentAsync(workspace.Root, "plan", 0, "plan", "pipelines/covid");
    }

    internal static void Change(CovidWorkspace workspace, string day)
    {
        var file = workspace.SampleFile(day);
        var text = File.ReadAllText(file);
        File.WriteAllText(file, text[..text.TrimEnd().LastIndexOf('\n')] + "\n");
    }

    private static async Task<JsonElement> PlanAsync(CovidWorkspace workspace, params string[] arguments) =>
        CovidWorkspace.Parse((await workspace.CallAsync(["plan", "pipelines/covid", "--json", .. arguments])).ShouldSucceed().Output);

    private static string? Kind(JsonElement run) => run.GetProperty("reasons")[0].GetProperty("kind").GetString();
}
