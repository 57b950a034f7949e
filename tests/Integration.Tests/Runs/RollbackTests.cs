using Orchestrator.Activities.Contracts;

namespace Integration.Tests.Runs;

/// <summary>What a run published is taken back: the tables say what they said before, and whatever was made from it counts as stale, across pipelines.</summary>
public sealed class RollbackTests
{
    private const string Bad = "id,amount\n1,99\n2,y\n3,z";

    [Fact]
    public async Task Rollback_OfABadPublish_BringsBackWhatWasThereAndMarksItsReadersInEveryPipeline()
    {
        await using var live = await StartAsync();
        await live.RunAsync("shop", "2024-05-01");
        await live.RunAsync("report", "2024-05-01");
        live.Workspace.Day("shop", 1, Bad);
        await live.RunAsync("shop", "2024-05-01");
        await live.RunAsync("report", "2024-05-01");

        // Made for the first time from what is bad.
        live.Workspace.Day("shop", 2, "id,amount\n1,1");
        await live.RunAsync("shop", "2024-05-02");
        Assert.Equal(["100|2024-05-02", "99|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));

        var back = await live.RollbackAsync("shop", "2024-05-01");

        Assert.Equal(RunStatus.Published, back.Status);
        Assert.Equal(["1|10|2024-05-01", "1|1|2024-05-02"], (await live.RowsAsync("id, amount, day", "silver.sales")).Order(StringComparer.Ordinal));
        Assert.Equal(["100|2024-05-02", "10|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.Equal("1", Assert.Single(await live.RowsAsync("count(*)", "_quarantine.silver_sales where \"partition\" = '2024-05-01'")));
        var counts = back.Datasets.Single(d => d.Dataset == "silver.sales").Counts;
        Assert.Equal((2, 1, 1), (counts.Read, counts.Published, counts.Quarantined));

        // The partition rests until it is mended; the later day and the reader are to be made again.
        var plan = await live.PlanAsync("shop");
        Assert.Equal(("", "UpstreamNewer"), (plan["2024-05-01"], plan["2024-05-02"]));
        Assert.StartsWith("UpstreamNewer", (await live.PlanAsync("report"))["2024-05-01"], StringComparison.Ordinal);
        var skipped = await live.RunAsync("shop", "2024-05-01");
        Assert.Equal(RunStatus.Skipped, skipped.Status);
        Assert.Contains("taken back (by ann: half a file)", skipped.Reason, StringComparison.Ordinal);
        Assert.Equal(["2024-05-02"], back.Notes!.Where(n => n.Contains("'shop'", StringComparison.Ordinal)).Select(n => n.Split('\'')[1]));

        await live.RunAsync("shop", "2024-05-02");
        await live.RunAsync("report", "2024-05-01");
        Assert.Equal(["10|2024-05-01", "11|2024-05-02"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.Equal(["10|2024-05-01"], await live.RowsAsync("total, day", "gold.report"));
        Assert.All((await live.PlanAsync("shop")).Values.Concat((await live.PlanAsync("report")).Values.Take(1)), r => Assert.Equal("", r));

        live.Workspace.Day("shop", 1, "id,amount\n1,20");
        await live.RunAsync("shop", "2024-05-01");
        Assert.Equal(["20|2024-05-01", "21|2024-05-02"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.Equal("", (await live.PlanAsync("shop"))["2024-05-01"]);
    }

    [Fact]
    public async Task Rollback_OfARunThatRestatedTheNextDay_BringsThatBackTooAndMarksNobody()
    {
        await using var live = await StartAsync();
        live.Workspace.Day("shop", 2, "id,amount\n1,1");
        await live.RunAsync("shop", "2024-05-01");
        await live.RunAsync("shop", "2024-05-02");
        live.Workspace.Day("shop", 1, Bad);
        await live.RunAsync("shop", "2024-05-01");
        Assert.Equal(["100|2024-05-02", "99|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));

        await live.RollbackAsync("shop", "2024-05-01");

        Assert.Equal(["10|2024-05-01", "11|2024-05-02"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.All((await live.PlanAsync("shop")).Values, r => Assert.Equal("", r));
    }

    [Fact]
    public async Task Rollback_OfTheFirstPublish_LeavesThePartitionEmptyUntilItIsMendedOrForced()
    {
        await using var live = await StartAsync();
        await live.RunAsync("shop", "2024-05-01");
        await live.RollbackAsync("shop", "2024-05-01");
        Assert.Empty(await live.RowsAsync("id", "silver.sales"));
        Assert.Empty(await live.RowsAsync("total", "gold.sums"));
        Assert.Equal("0", Assert.Single(await live.RowsAsync("count(*)", "_quarantine.silver_sales")));

        Assert.Contains("taken back by ann already", (await LiveRuns.FailureAsync(() => live.RollbackAsync("shop", "2024-05-01"))).Message, StringComparison.Ordinal);
        await live.RunAsync("shop", "2024-05-01", force: true);
        Assert.Equal(["10|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Rollback_OfWhatIsNotThatRuns_IsRefusedAndChangesNothing()
    {
        await using var live = await StartAsync();
        Assert.Contains("has published anything", (await LiveRuns.FailureAsync(() => live.RollbackAsync("shop", "2024-05-01"))).Message, StringComparison.Ordinal);
        var first = await (await live.StartAsync("shop", "2024-05-01")).DescribeAsync();
        await live.Client.GetWorkflowHandle(first.Id).GetResultAsync<RunResult>();
        live.Workspace.Day("shop", 1, Bad);
        await live.RunAsync("shop", "2024-05-01");
        var before = await live.RowsAsync("id, amount", "silver.sales");

        var refused = await LiveRuns.FailureAsync(() => live.RollbackAsync("shop", "2024-05-01", first.RunId));

        Assert.Equal(ErrorTypes.RollbackRefused, refused.ErrorType);
        Assert.Contains($"expected '{first.RunId}'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await live.RowsAsync("id, amount", "silver.sales"));
        Assert.Equal("", (await live.PlanAsync("shop"))["2024-05-01"]);
    }

    [Fact]
    public async Task Rollback_WhereALaterRunWasTakenBackFirst_IsNotInItsWay()
    {
        await using var live = await StartAsync();
        live.Workspace.Day("shop", 2, "id,amount\n1,1");
        await live.RunAsync("shop", "2024-05-01");
        await live.RunAsync("shop", "2024-05-02");
        live.Workspace.Day("shop", 2, "id,amount\n1,2");
        await live.RunAsync("shop", "2024-05-02");
        live.Workspace.Day("shop", 1, Bad);
        await live.RunAsync("shop", "2024-05-01");
        Assert.Contains("take that one back first", (await LiveRuns.FailureAsync(() => live.RollbackAsync("shop", "2024-05-02"))).Message, StringComparison.Ordinal);

        await live.RollbackAsync("shop", "2024-05-01");
        await live.RollbackAsync("shop", "2024-05-02");

        Assert.Equal(["10|2024-05-01", "11|2024-05-02"], await live.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Rollback_OfADatasetThatIsGone_IsRefusedInWords()
    {
        await using var live = await StartAsync();
        await live.RunAsync("shop", "2024-05-01");
        live.Workspace.Edit("pipelines/shop/pipeline.yaml", "  gold.sums: {key: [day], reads: {silver.sales: {lookback: 1}}}\n", "");
        live.Workspace.Remove("pipelines/shop/models/gold.sums.sql");
        live.Workspace.Remove("pipelines/shop/contracts/gold.sums.odcs.yaml");
        Directory.Delete(live.Workspace.At("pipelines/report"), recursive: true);

        Assert.Contains("'gold.sums', which is no dataset of pipeline 'shop' any more", (await LiveRuns.FailureAsync(() => live.RollbackAsync("shop", "2024-05-01"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_ByTheProgram_ShowsWhatItWouldDoAndDoesItWhenToldTo()
    {
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");
        workspace.Day("shop", 1, Bad);
        await workspace.RunAsync("shop");
        string[] call = ["rollback", "pipelines/shop", "2024-05-01", "--reason", "half a file", "--by", "ann"];

        var asked = await workspace.CallAsync(call);
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("silver.sales  version 2: 2024-05-01", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("nothing was taken back. Help: give --yes", asked.Errors, StringComparison.Ordinal);
        Assert.Equal(["99|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));

        var done = System.Text.Json.JsonDocument.Parse((await workspace.CallAsync([.. call, "--yes", "--json"])).ShouldSucceed().Output).RootElement;
        Assert.True(done.GetProperty("done").GetBoolean());
        Assert.Equal(["bronze.shop", "silver.sales", "_quarantine.silver_sales", "gold.sums"], done.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("table").GetString()));
        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
        Assert.Contains("taken back: 2024-05-01 by ann: half a file", (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.Contains("stale", (await workspace.CallAsync("partitions", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
        var again = await workspace.CallAsync([.. call, "--yes"]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("Help: mend the input", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_AndQuarantine_OfAWeek_NameItByItsKey()
    {
        using var workspace = new SmallWorkspace();
        workspace.Pipeline("weeks", "id", "silver.weeks: {key: [id]}", unit: "week");
        workspace.Contract("weeks", "silver.weeks", "id BIGINT, day DATE");
        workspace.Edit("pipelines/weeks/contracts/silver.weeks.odcs.yaml", "{name: id, logicalType: integer, physicalType: BIGINT}", "{name: id, logicalType: integer, physicalType: BIGINT, required: true}");
        workspace.Model("weeks", "silver.weeks", "SELECT TRY_CAST(id AS BIGINT) AS id, day FROM bronze.weeks WHERE day = $partition_date");
        workspace.Day("weeks", 1, "id\n1\nx");
        await workspace.RunAsync("weeks");

        var aside = (await workspace.CallAsync("quarantine", "list")).ShouldSucceed().Output;
        var shown = (await workspace.CallAsync("quarantine", "show")).ShouldSucceed().Output;
        var back = (await workspace.CallAsync("rollback", "pipelines/weeks", "2024-W18", "--reason", "half a file", "--dry-run")).ShouldSucceed().Output;

        Assert.All([aside, shown, back], text => Assert.Contains("2024-W18", text, StringComparison.Ordinal));
        Assert.All([aside, shown.Split('\n')[0], back], text => Assert.DoesNotContain("2024-04-29", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rollback.before-commit")]
    [InlineData("rollback.after-commit")]
    [InlineData("RestoreTable.end")]
    [InlineData("record.before-put")]
    [InlineData("record.noted")]
    public async Task Rollback_DisturbedAtEveryTable_EndsAsUndisturbed(string place)
    {
        await using var live = await StartAsync();
        await live.RunAsync("shop", "2024-05-01");
        live.Workspace.Day("shop", 1, Bad);
        await live.RunAsync("shop", "2024-05-01");
        var versions = (await live.Lake.VersionAsync("silver.sales", default), await live.Lake.VersionAsync("gold.sums", default));
        var passed = 0;
        live.At = p =>
        {
            // Every other time.
            if (p == place && Interlocked.Increment(ref passed) % 2 == 1)
            {
                throw new IOException("The reply was lost.");
            }
        };

        await live.RollbackAsync("shop", "2024-05-01");

        Assert.True(passed >= 2);
        Assert.Equal(["10|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.Equal((versions.Item1 + 1, versions.Item2 + 1), (await live.Lake.VersionAsync("silver.sales", default), await live.Lake.VersionAsync("gold.sums", default)));
    }

    private static async Task<LiveRuns> StartAsync()
    {
        var workspace = SmallWorkspace.Shop();
        workspace.Write("pipelines/report/pipeline.yaml", """
            name: report
            owner: data-platform
            partitioning: {unit: day, column: day, start: 2024-05-01}
            inputs:
              silver.sales: {pipeline: shop}
            datasets:
              gold.report: {key: [day]}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        workspace.Contract("report", "gold.report", "total BIGINT, day DATE");
        workspace.Model("report", "gold.report", "SELECT CAST(sum(amount) AS BIGINT) AS total, day FROM silver.sales WHERE day = $partition_date GROUP BY day");
        return await LiveRuns.StartAsync(workspace);
    }
}
