namespace Integration.Tests.Runs;

/// <summary>Holds and backfills through the real program.</summary>
public sealed class HeldRunTests
{
    [Fact]
    public async Task Run_ThatBreaksARuleWhichHolds_WaitsAndIsPublishedWhenApproved()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        File.AppendAllText(Path.Combine(workspace.PipelineFolder, "pipeline.yaml"), "\nquality:\n  on_error: hold\n  approvers: [ann]\n");
        var contract = Path.Combine(workspace.PipelineFolder, "contracts", "gold.country_daily.odcs.yaml");
        File.WriteAllText(contract, File.ReadAllText(contract).Replace(
            "    description: One row per country and reported day.\n",
            "    description: One row per country and reported day.\n    quality:\n      - name: many_countries\n        metric: rowCount\n        mustBeGreaterThan: 100000\n        severity: error\n",
            StringComparison.Ordinal));

        var run = await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-21", "--json");

        Assert.True(run.ExitCode == 4, $"{run.ExitCode}: {run.Output} {run.Errors}");
        var summary = CovidWorkspace.Parse(run.Output);
        Assert.Equal(1, summary.GetProperty("held").GetInt32());
        Assert.Equal(0, summary.GetProperty("failed").GetInt32());
        Assert.Empty(workspace.PublishedTables());
        var hold = CovidWorkspace.Parse((await workspace.CallAsync("holds", "--json")).ShouldSucceed().Output)[0];
        Assert.Equal("run/covid/2020-03-21", hold.GetProperty("workflowId").GetString());
        Assert.Contains("many_countries", hold.GetProperty("problem").GetString(), StringComparison.Ordinal);

        var refused = await workspace.CallAsync("approve", "run/covid/2020-03-21", "--by", "bob", "--reason", "because");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("'bob' may not decide", refused.Errors, StringComparison.Ordinal);

        var waived = await workspace.CallAsync("waive", "run/covid/2020-03-21", "--by", "ann", "--reason", "few countries yet", "--until", "2100-01-01", "--json");
        waived.ShouldSucceed();
        Assert.Equal("published", CovidWorkspace.Parse(waived.Output).GetProperty("ended").GetString());
        Assert.Equal(["bronze/daily_reports", "gold/country_daily", "silver/cases"], workspace.PublishedTables().Where(t => !t.StartsWith('_')));
        Assert.Contains("Nothing waits", (await workspace.CallAsync("holds")).ShouldSucceed().Output, StringComparison.Ordinal);

        // The waiver holds for the next partition too.
        Assert.Equal(1, (await workspace.RunAsync("--partition", "2020-03-22")).GetProperty("done").GetInt32());
        Assert.Contains("waive by ann", (await workspace.CallAsync("holds", "--all")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backfill_OfDaysWithABrokenFile_PublishesTheOthersAndTheSameCommandCompletesIt()
    {
        var days = Enumerable.Range(15, 9).Select(d => $"2020-03-{d}").ToArray();
        using var straight = new CovidWorkspace(days);
        await straight.RunAsync("--parallel", "1");
        using var workspace = new CovidWorkspace(days);
        var file = workspace.SampleFile("2020-03-18");
        var good = File.ReadAllBytes(file);
        File.WriteAllText(file, "not,a,daily,report\n1,2,3,4\n");

        var plan = await workspace.CallAsync("backfill", "plan", "covid", "--name", "march", "--json");
        Assert.Equal(9, CovidWorkspace.Parse(plan.ShouldSucceed().Output).GetProperty("progress").GetProperty("plan").GetProperty("count").GetInt32());
        Assert.Empty(workspace.PublishedTables());

        var first = await workspace.CallAsync("backfill", "submit", "covid", "--name", "march", "--yes", "--json");
        Assert.True(first.ExitCode == 1, first.Output + first.Errors);
        var progress = CovidWorkspace.Parse(first.Output).GetProperty("progress");
        Assert.Equal(8, progress.GetProperty("published").GetInt32());
        Assert.Equal(1, progress.GetProperty("failed").GetInt32());

        File.WriteAllBytes(file, good);
        var second = await workspace.CallAsync("backfill", "submit", "covid", "--name", "march", "--yes", "--json");
        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Equal(1, CovidWorkspace.Parse(second.Output).GetProperty("progress").GetProperty("plan").GetProperty("count").GetInt32());

        var (expected, seen) = (await straight.RowsAsync(), await workspace.RowsAsync());
        Assert.All(expected, table => Assert.Equal(table.Value, seen[table.Key]));
    }
}
