using System.Text.Json;

namespace Integration.Tests.Runs;

/// <summary>Rows that were kept aside are published once the contract that kept them is mended, through the real program.</summary>
public sealed class RedriveRunTests
{
    [Fact]
    public async Task Redrive_AfterAContractWasMended_PublishesTheRowsAndThenFindsNothing()
    {
        using var workspace = new CovidWorkspace("2020-03-22", "2020-03-23");
        var contract = Path.Combine(workspace.PipelineFolder, "contracts", "silver.cases.odcs.yaml");
        var good = File.ReadAllText(contract);
        var deaths = good.IndexOf("- name: deaths", StringComparison.Ordinal);
        var minimum = good.IndexOf("minimum: 0", deaths, StringComparison.Ordinal);
        File.WriteAllText(contract, $"{good[..minimum]}minimum: 1{good[(minimum + "minimum: 0".Length)..]}");
        await workspace.RunAsync();
        var (first, second) = (await AsideAsync(workspace, "2020-03-22"), await AsideAsync(workspace, "2020-03-23"));
        Assert.True(first > 100 && second > 100, $"{first} and {second} rows are kept aside");

        // Nothing is mended: all of them still fail, and nothing is lost.
        var still = await RedriveAsync(workspace, "--partition", "2020-03-22");
        var outcome = Assert.Single(still.GetProperty("outcomes").EnumerateArray());
        Assert.Equal((first, 0, first, 0), Counts(outcome));
        Assert.Equal(1, still.GetProperty("published").GetInt32());

        File.WriteAllText(contract, good);
        var one = await RedriveAsync(workspace, "--dataset", "silver.cases", "--partition", "2020-03-22");
        outcome = Assert.Single(one.GetProperty("outcomes").EnumerateArray());
        Assert.Equal((first, first, 0, 0), Counts(outcome));
        Assert.Contains("deaths", Assert.Single(outcome.GetProperty("rules").EnumerateArray()).GetProperty("rule").GetString(), StringComparison.Ordinal);
        var silver = one.GetProperty("balances").EnumerateArray().Single(b => b.GetProperty("dataset").GetString() == "silver.cases");
        var (before, after) = (silver.GetProperty("before"), silver.GetProperty("after"));
        Assert.Equal(before.GetProperty("read").GetInt64(), after.GetProperty("read").GetInt64());
        Assert.Equal((first, 0L), (before.GetProperty("quarantined").GetInt64(), after.GetProperty("quarantined").GetInt64()));
        Assert.Equal(Sum(before), Sum(after));
        Assert.Equal(
            after.GetProperty("published").GetInt64() - before.GetProperty("published").GetInt64(),
            (await workspace.QueryAsync("select count(*) from silver.cases where deaths = 0 and report_date = date '2020-03-22'"))[0][0].GetInt64());
        Assert.Equal((0L, second), (await AsideAsync(workspace, "2020-03-22"), await AsideAsync(workspace, "2020-03-23")));

        Assert.Equal(1, (await RedriveAsync(workspace)).GetProperty("partitions").GetInt32());
        Assert.Equal(0L, await AsideAsync(workspace, "2020-03-23"));
        Assert.Equal(0, (await RedriveAsync(workspace)).GetProperty("partitions").GetInt32());
    }

    [Fact]
    public async Task Redrive_OfRowsThatTheNextTableKeepsAside_TellsThemAsNew()
    {
        using var workspace = SmallWorkspace.Shop();
        workspace.Model("shop", "gold.sums", "SELECT CASE WHEN count(*) = count(amount) THEN CAST(sum(amount) AS BIGINT) END AS total, $partition_date AS day FROM silver.sales");
        workspace.Edit("pipelines/shop/contracts/gold.sums.odcs.yaml", "{name: total, logicalType: integer, physicalType: BIGINT}", "{name: total, logicalType: integer, physicalType: BIGINT, required: true}");
        await workspace.RunAsync("shop");
        workspace.Edit("pipelines/shop/contracts/silver.sales.odcs.yaml", ", required: true", "");

        var called = (await workspace.CallAsync("quarantine", "redrive", "shop", "--json")).ShouldSucceed();

        var outcomes = CovidWorkspace.Parse(called.Output).GetProperty("report").GetProperty("outcomes").EnumerateArray().ToArray();
        Assert.Equal(["silver.sales", "gold.sums"], outcomes.Select(o => o.GetProperty("dataset").GetString()));
        Assert.Equal((1L, 1L, 0L, 0L), Counts(outcomes[0]));
        Assert.Equal((0L, 0L, 0L, 1L), Counts(outcomes[1]));
    }

    [Fact]
    public async Task Redrive_OfANameThatNobodyKnows_IsRefusedAndTellsTheNearest()
    {
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");

        foreach (var (option, name, help) in new[]
        {
            ("--rule", "amount.requird", "has no rule 'amount.requird'. Help: did you mean 'amount.required'?"),
            ("--partition", "2024-05-02", "has no partition '2024-05-02'. Help: did you mean '2024-05-01'?"),
            ("--partition", "no day", "has no partition 'no day'. Help: 'orchestrator partitions shop' lists those there are."),
        })
        {
            var unknown = await workspace.CallAsync("quarantine", "redrive", "shop", option, name);
            Assert.Equal(1, unknown.ExitCode);
            Assert.Contains(help, unknown.Errors, StringComparison.Ordinal);
        }

        // A rule that holds is known, and so is a partition of which nothing is kept aside.
        workspace.Edit("pipelines/shop/contracts/silver.sales.odcs.yaml", ", required: true", "");
        (await workspace.CallAsync("quarantine", "redrive", "shop", "--rule", "amount.required")).ShouldSucceed();
        foreach (var name in new[] { "--rule=amount.required", "--rule=amount.present", "--partition=2024-05-01", "--rule=csv.too_few_columns" })
        {
            Assert.Contains("nothing to do", (await workspace.CallAsync("quarantine", "redrive", "shop", name)).ShouldSucceed().Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PlanRedrive.begin")]
    [InlineData("CompareRedrive.begin")]
    public async Task Redrive_WhoseCommandWasKilled_IsWaitedForByTheSameCommand(string point)
    {
        using var workspace = new CovidWorkspace("2020-03-22");
        var contract = Path.Combine(workspace.PipelineFolder, "contracts", "silver.cases.odcs.yaml");
        var good = File.ReadAllText(contract);
        var minimum = good.IndexOf("minimum: 0", good.IndexOf("- name: deaths", StringComparison.Ordinal), StringComparison.Ordinal);
        File.WriteAllText(contract, $"{good[..minimum]}minimum: 1{good[(minimum + "minimum: 0".Length)..]}");
        await workspace.RunAsync();
        var aside = await AsideAsync(workspace, "2020-03-22");
        File.WriteAllText(contract, good);
        await using (var killed = workspace.Start(new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{point}=kill" }, "quarantine", "redrive", "covid"))
        {
            await killed.EndAsync();
        }

        var other = await workspace.CallAsync("quarantine", "redrive", "covid", "--rule", "deaths.minimum");
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains("'redrive/covid/all' goes on already for all rows", other.Errors, StringComparison.Ordinal);

        var again = (await workspace.CallAsync("quarantine", "redrive", "covid", "--json", "--concurrency", "1")).ShouldSucceed();
        Assert.Contains("'redrive/covid/all' goes on already: waiting for it.", again.Errors, StringComparison.Ordinal);
        Assert.Equal((aside, aside, 0, 0), Counts(Assert.Single(CovidWorkspace.Parse(again.Output).GetProperty("report").GetProperty("outcomes").EnumerateArray())));
        Assert.Equal(0L, await AsideAsync(workspace, "2020-03-22"));
    }

    private static async Task<JsonElement> RedriveAsync(CovidWorkspace workspace, params string[] arguments)
    {
        var called = (await workspace.CallAsync(["quarantine", "redrive", "covid", "--json", .. arguments])).ShouldSucceed();
        var report = CovidWorkspace.Parse(called.Output).GetProperty("report");
        Assert.Equal("completed", report.GetProperty("phase").GetString());
        Assert.Empty(report.GetProperty("problems").EnumerateArray());
        return report;
    }

    private static (long Before, long Released, long StillFailing, long New) Counts(JsonElement outcome) =>
        (outcome.GetProperty("before").GetInt64(), outcome.GetProperty("released").GetInt64(), outcome.GetProperty("stillFailing").GetInt64(), outcome.GetProperty("new").GetInt64());

    private static long Sum(JsonElement counts) =>
        counts.GetProperty("published").GetInt64() + counts.GetProperty("quarantined").GetInt64() + counts.GetProperty("dropped").EnumerateObject().Sum(d => d.Value.GetInt64());

    private static async Task<long> AsideAsync(CovidWorkspace workspace, string partition) =>
        (await workspace.QueryAsync($"select count(*) from _quarantine.silver_cases where \"partition\" = '{partition}'"))[0][0].GetInt64();
}
