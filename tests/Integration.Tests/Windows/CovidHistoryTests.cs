using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.TestKit;

namespace Integration.Tests.Windows;

/// <summary>
/// The covid source as it really published: versions of days in the order in which they came. After each arrival silver and gold are what a fresh lake makes of the files that
/// count then; what is caught changes nothing.
/// </summary>
public sealed class CovidHistoryTests
{
    private readonly SortedDictionary<string, string> _counting = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _expected = [];

    [Fact]
    public async Task WrongDayFile_OfMarch24_IsHeldUntilItIsDeletedAndTheRightOneComes()
    {
        await using var stage = await CovidStage.StartAsync("2020-03-22T00:00Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-03-21", "v1", "2020-03-22T00:00Z");
            await WorkedInAsync(stage, "2020-03-22", "v1", "2020-03-22T23:59:01Z");
            await WorkedInAsync(stage, "2020-03-23", "v1", "2020-03-23T23:59:01Z");

            // It says what the 23rd will say seven minutes later: only the times of its rows tell.
            var wrong = await CaughtAsync(stage, "2020-03-24", "v1", "2020-03-24T00:15:19Z");
            Assert.Equal(1, wrong.Restates.Single().Held);
            var hold = Assert.Single(await stage.Lake.Holds.OpenAsync("covid"));
            Assert.Equal(("silver.cases", GateRules.NoEvent), (hold.Dataset, hold.Rules.Single()));
            Assert.Contains("happened in partition '2020-03-24'", hold.Problem, StringComparison.Ordinal);

            // Deleted upstream by the commit that brought the 23rd: nobody need decide any more.
            await stage.GoAsync("2020-03-24", "2020-03-24T00:22:54Z");
            Assert.Empty(await stage.Lake.Holds.OpenAsync("covid"));
            Assert.Equal("supersede", Assert.Single(await stage.Lake.Holds.DecidedAsync("covid")).Decision!.Kind);
            await WorkedInAsync(stage, "2020-03-23", "v2", "2020-03-24T00:22:54Z");

            await WorkedInAsync(stage, "2020-03-24", "v3", "2020-03-24T23:50:02Z");
            var late = await WorkedInAsync(stage, "2020-03-22", "v2", "2020-03-25T02:58:47Z");
            Assert.InRange(late.Lateness!.Max, TimeSpan.FromDays(2).TotalSeconds, TimeSpan.FromDays(3).TotalSeconds);
        });
    }

    [Fact]
    public async Task WrongDayFile_ThatSaysWhatAPublishedDaySays_IsHeldByItsContent()
    {
        await using var stage = await CovidStage.StartAsync("2020-03-24T01:00Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-03-23", "v2");
            await CaughtAsync(stage, "2020-03-24", "v1");

            var hold = Assert.Single(await stage.Lake.Holds.OpenAsync("covid"));
            Assert.Equal(("bronze.daily_reports", GateRules.SameContent), (hold.Dataset, hold.Rules.Single()));
            Assert.Contains("'03-23-2020.csv' of partition '2020-03-23'", hold.Problem, StringComparison.Ordinal);

            // The right file takes its place without anybody's decision.
            await WorkedInAsync(stage, "2020-03-24", "v3");
            Assert.Empty(await stage.Lake.Holds.OpenAsync("covid"));
        });
    }

    [Fact]
    public async Task PartialFile_OfApril1_IsRestatedByTheWholeOnes()
    {
        await using var stage = await CovidStage.StartAsync("2020-04-01T23:50:01Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-03-31", "final");
            await WorkedInAsync(stage, "2020-04-01", "v1", "2020-04-01T23:50:01Z");
            await WorkedInAsync(stage, "2020-04-02", "final");
            await WorkedInAsync(stage, "2020-04-01", "v2", "2020-04-02T01:57:14Z");
            await WorkedInAsync(stage, "2020-04-01", "v3", "2020-04-02T02:06:44Z");
            var state = await WorkedInAsync(stage, "2020-04-01", "v4", "2020-04-13T04:30:35Z");
            Assert.Equal((4, 4), (state.Arrivals, state.RestateCount));
        });
    }

    [Fact]
    public async Task HeaderThatNobodyAnnounced_OfApril12_IsRefusedAndTheRepairedFileComesThrough()
    {
        await using var stage = await CovidStage.StartAsync("2020-04-12T23:50:01Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-04-11", "final");
            var refused = await CaughtAsync(stage, "2020-04-12", "v1", "2020-04-12T23:50:01Z");
            Assert.Equal(1, refused.Restates.Single().Failed);
            Assert.Contains("header", (await stage.Lake.ReadLedgerAsync("covid", "2020-04-12", CancellationToken.None))!.Result.Reason, StringComparison.OrdinalIgnoreCase);
            await WorkedInAsync(stage, "2020-04-12", "v2", "2020-04-13T03:05:54Z");
            await WorkedInAsync(stage, "2020-04-12", "v4", "2020-04-13T03:30:49Z");
        });
    }

    [Fact]
    public async Task DeletedAndMisnamedFile_OfApril18_ChangeNothingUntilTheRightOneComes()
    {
        await using var stage = await CovidStage.StartAsync("2020-04-19T01:31:51Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-04-17", "final");
            Assert.Equal(1, (await CaughtAsync(stage, "2020-04-18", "v1")).Restates.Single().Failed);

            await stage.GoAsync("2020-04-18", "2020-04-19T01:53:15Z");
            var misnamed = Path.Combine(Path.GetDirectoryName(stage.FileOf("2020-04-18"))!, "04-18-20.csv");
            File.Copy(TestPaths.Shared("data", "covid-daily", "misnamed", "04-18-20.csv"), misnamed);
            var (found, _) = await stage.FeedAsync();
            Assert.Contains(found.Ignored, i => i.Contains("04-18-20.csv", StringComparison.Ordinal));
            Assert.Equal(_expected, await stage.RowsAsync());

            File.Delete(misnamed);
            Assert.Equal(2, (await CaughtAsync(stage, "2020-04-18", "v3", "2020-04-19T01:54:00Z")).Restates.Count(r => r.Failed == 1));
            await WorkedInAsync(stage, "2020-04-18", "v4", "2020-04-19T01:56:12Z");
            await WorkedInAsync(stage, "2020-04-18", "v5", "2020-04-19T02:00:27Z");

            // Written anew months later, with the same values.
            Assert.Equal(1, (await CaughtAsync(stage, "2020-04-18", "final")).EqualValues);
        });
    }

    [Fact]
    public async Task PublishedFile_ThatIsDeleted_KeepsItsRowsAndIsToldOnce()
    {
        await using var stage = await CovidStage.StartAsync("2020-03-22T00:00Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-03-21", "v1");
            File.Delete(stage.FileOf("2020-03-21"));
            var (found, states) = await stage.FeedAsync();
            Assert.Equal(1, found.Arrivals);
            Assert.Equal([stage.FileOf("2020-03-21")], states["2020-03-21"].Gone);
            Assert.Equal(_expected, await stage.RowsAsync());
            Assert.Empty((await stage.FeedAsync()).Found.Windows);
        });
    }

    [Fact]
    public async Task RewrittenFile_OfMarch13_RestatesNothingWhereItSaysTheSame()
    {
        await using var stage = await CovidStage.StartAsync("2020-03-14T00:00Z");
        await stage.PlayAsync(async () =>
        {
            await WorkedInAsync(stage, "2020-03-13", "v4", "2020-03-14T03:19:46Z");
            var equal = await CaughtAsync(stage, "2020-03-13", "v5", "2020-03-14T03:24:39Z");
            Assert.Equal((2, 1, 1), (equal.Arrivals, equal.EqualValues, equal.RestateCount));
            var plan = await new PipelinePlanner(stage.Spec, stage.Lake).PlanAsync(PlanSelection.Parse("", stage.Spec.Partitioning.Calendar));
            Assert.Equal((0, 1), (plan.Runs.Count, plan.UpToDate));

            // The same rows in another order are other rows: models see their numbers.
            Assert.Equal(2, (await WorkedInAsync(stage, "2020-03-13", "v6", "2020-03-14T03:30:24Z")).RestateCount);
            await WorkedInAsync(stage, "2020-03-13", "v7", "2020-03-14T03:32:49Z");
            Assert.Equal(2, (await CaughtAsync(stage, "2020-03-13", "final")).EqualValues);
        });
    }

    [Fact]
    public async Task OneFile_OfACompleteRun_RestatesItsDayAndSixDaysOfGold()
    {
        await using var stage = await CovidStage.StartAsync("2020-02-20T00:00Z");
        await stage.PlayAsync(async () =>
        {
            for (var day = 9; day <= 18; day++)
            {
                File.Copy(CovidStage.Version($"2020-02-{day:D2}", "final"), stage.FileOf($"2020-02-{day:D2}"));
            }

            // All at once: the windows share one backfill, and each day of gold is made once.
            var (found, states) = await stage.FeedAsync();
            Assert.Equal((10, 10), (found.Windows.Count, states.Count));
            Assert.Equal(Enumerable.Range(9, 10).Select(d => $"2020-02-{d:D2}"), await TouchedAsync(stage, "gold.country_daily", "report_date", -1));
            var silver = (await stage.Lake.VersionAsync("silver.cases", CancellationToken.None))!.Value;
            var gold = (await stage.Lake.VersionAsync("gold.country_daily", CancellationToken.None))!.Value;

            var changed = stage.FileOf("2020-02-10");
            File.WriteAllText(changed, File.ReadAllText(changed).Replace("31728", "31729", StringComparison.Ordinal));
            var plan = await new PipelinePlanner(stage.Spec, stage.Lake).PlanAsync(PlanSelection.Parse("", stage.Spec.Partitioning.Calendar));
            Assert.Equal("2020-02-10", Assert.Single(plan.Runs).Partition);
            Assert.Contains("02-10-2020.csv", Assert.Single(plan.Runs[0].Reasons).Subject, StringComparison.Ordinal);
            Assert.Equal(["2020-02-10..2020-02-16"], plan.Datasets.Single(d => d.Dataset == "gold.country_daily").Ranges);

            await stage.FeedAsync();
            Assert.Equal(["2020-02-10"], await TouchedAsync(stage, "silver.cases", "report_date", silver));
            Assert.Equal(Enumerable.Range(10, 7).Select(d => $"2020-02-{d}"), await TouchedAsync(stage, "gold.country_daily", "report_date", gold));
            var files = Enumerable.Range(9, 10).ToDictionary(d => $"2020-02-{d:D2}", d => stage.FileOf($"2020-02-{d:D2}"));
            Assert.Equal(await stage.FromScratchAsync(files), await stage.RowsAsync());
        });
    }

    [Theory]
    [InlineData(10, 11)]
    [InlineData(10, 13)]
    public async Task TwoLateDays_CloseToEachOther_RestateTheDaysBehindThemOnce(int one, int other)
    {
        await using var stage = await CovidStage.StartAsync("2020-02-20T00:00Z");
        await stage.PlayAsync(async () =>
        {
            await FillAsync(stage, 9, 20);
            var gold = (await stage.Lake.VersionAsync("gold.country_daily", CancellationToken.None))!.Value;
            Change(stage, one);
            Change(stage, other);

            await stage.FeedAsync();

            Assert.Equal(Enumerable.Range(one, other - one + 7).Select(d => $"2020-02-{d:D2}"), await TouchedAsync(stage, "gold.country_daily", "report_date", gold));
            Assert.Equal(await stage.FromScratchAsync(FilesOf(stage, 9, 20)), await stage.RowsAsync());
            var plan = await new PipelinePlanner(stage.Spec, stage.Lake).PlanAsync(PlanSelection.Parse("", stage.Spec.Partitioning.Calendar));
            Assert.Equal((0, 12), (plan.Runs.Count, plan.UpToDate));
        });
    }

    [Fact]
    public async Task TwoLateDays_OfWhichTheSecondIsRefused_RestateWhatIsBehindThemAllTheSame()
    {
        await using var stage = await CovidStage.StartAsync("2020-02-20T00:00Z");
        await stage.PlayAsync(async () =>
        {
            await FillAsync(stage, 9, 20);
            var files = FilesOf(stage, 9, 20);
            Change(stage, 10);
            var kept = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            File.Copy(stage.FileOf("2020-02-12"), kept);
            File.WriteAllText(stage.FileOf("2020-02-12"), "Nobody,announced,this\n1,2,3\n");
            files["2020-02-12"] = kept;

            await stage.FeedAsync();

            Assert.Equal(RunStatus.Failed, (await stage.Lake.ReadLedgerAsync("covid", "2020-02-12", CancellationToken.None))!.Result.Status);

            // The refused day stays as it is until its file is mended; what is behind it is as of both.
            bool IsOther(string row) => !(row.StartsWith("gold", StringComparison.Ordinal) && row.Contains("02/12/2020", StringComparison.Ordinal));
            Assert.Equal((await stage.FromScratchAsync(files)).Where(IsOther), (await stage.RowsAsync()).Where(IsOther));
            File.Delete(kept);
        });
    }

    [Fact]
    public async Task IntradayVersions_OfJanuary_EachRestateTheirDay()
    {
        await using var stage = await CovidStage.StartAsync("2020-01-26T00:00Z");
        string Intraday(string name) => TestPaths.Shared("data", "covid-daily", "intraday", name + ".csv");
        await stage.PlayAsync(async () =>
        {
            // Columns that come and go: refused until the file has those of the contract.
            await CaughtFileAsync(stage, "2020-01-26", Intraday("01-26-2020_1100"), null);
            await WorkedInFileAsync(stage, "2020-01-26", Intraday("01-26-2020_2300"), null);
            await WorkedInFileAsync(stage, "2020-01-27", Intraday("01-27-2020_0900"), null);
            await WorkedInFileAsync(stage, "2020-01-27", Intraday("01-27-2020_2030"), null);
            await WorkedInFileAsync(stage, "2020-01-29", Intraday("01-29-2020_1430"), null);
            await CaughtFileAsync(stage, "2020-01-29", Intraday("01-29-2020_2100"), null);
            await WorkedInFileAsync(stage, "2020-01-28", Intraday("01-28-2020_2300"), null);
        });
    }

    /// <summary>Days of February as they stayed, worked in all at once.</summary>
    private static async Task FillAsync(CovidStage stage, int from, int to)
    {
        foreach (var (day, file) in FilesOf(stage, from, to))
        {
            File.Copy(CovidStage.Version(day, "final"), file);
        }

        await stage.FeedAsync();
    }

    private static Dictionary<string, string> FilesOf(CovidStage stage, int from, int to) => Enumerable.Range(from, to - from + 1).ToDictionary(d => $"2020-02-{d:D2}", d => stage.FileOf($"2020-02-{d:D2}"));

    /// <summary>One more case in Hubei.</summary>
    private static void Change(CovidStage stage, int day)
    {
        var file = stage.FileOf($"2020-02-{day:D2}");
        var lines = File.ReadAllLines(file);
        var cells = lines[1].Split(',');
        Assert.Equal("Hubei", cells[0]);
        cells[3] = (int.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        lines[1] = string.Join(',', cells);
        File.WriteAllLines(file, lines);
    }

    private Task<WindowState> WorkedInAsync(CovidStage stage, string day, string version, string? at = null) => WorkedInFileAsync(stage, day, CovidStage.Version(day, version), at);

    private Task<WindowState> CaughtAsync(CovidStage stage, string day, string version, string? at = null) => CaughtFileAsync(stage, day, CovidStage.Version(day, version), at);

    private async Task<WindowState> WorkedInFileAsync(CovidStage stage, string day, string file, string? at)
    {
        var state = await stage.ArriveAsync(day, file, at);
        _counting[day] = file;
        _expected = await stage.FromScratchAsync(_counting);
        Assert.Equal(_expected, await stage.RowsAsync());
        Assert.True(state.Restates.Last() is { Published: 1, Failed: 0, Held: 0 }, $"{day}: {state.Restates.Last()}");
        return state;
    }

    private async Task<WindowState> CaughtFileAsync(CovidStage stage, string day, string file, string? at)
    {
        var state = await stage.ArriveAsync(day, file, at);
        Assert.Equal(_expected, await stage.RowsAsync());
        return state;
    }

    /// <summary>Partitions that commits after a version have changed, once for each commit.</summary>
    private static async Task<IEnumerable<string?>> TouchedAsync(CovidStage stage, string dataset, string column, long after)
    {
        var table = stage.Lake.Tables.Table(dataset);
        var head = (await table.HeadAsync())!;
        return (await table.CommitsAsync(after, head.Version)).SelectMany(c => c.Touched(column).Distinct()).Order();
    }
}
