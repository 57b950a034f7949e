using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>What a change of models and contracts means for each dataset down the graph, on the pipeline that <c>init</c> makes.</summary>
public sealed class CodePlanTests : IAsyncLifetime
{
    private const string Silver = "models/silver.shop_orders.sql";
    private const string Gold = "models/gold.shop_daily_sales.sql";
    private const string SilverContract = "contracts/silver.shop_orders.odcs.yaml";

    private readonly TempDir _folder = new();

    public async ValueTask InitializeAsync()
    {
        (await OrchestratorProcess.RunAsync(_folder.Root, "init", "pipelines/shop")).ShouldSucceed();
        var spec = PipelineLoader.Load(_folder.At("pipelines", "shop"));
        var lake = new LakeRoot(_folder.At("lake"));
        await new CodeSnapshots(lake).KeepAsync(spec, CancellationToken.None);
        foreach (var state in (await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None)).States)
        {
            await lake.WriteLedgerAsync(Entry(spec, state), CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Plan_OfAnAddedColumnThatNobodyReads_IsNonBreakingAndNothingDownstream()
    {
        Edit(Silver, "    _source_uri,", "    CAST(length(order_id) AS INTEGER) AS digits,\n    _source_uri,");
        Edit(SilverContract, "      - {name: _source_uri", "      - {name: digits, logicalType: integer, physicalType: INTEGER}\n      - {name: _source_uri");

        var plan = await PlanAsync();

        Assert.Equal(["silver.shop_orders NonBreaking", "gold.shop_daily_sales None"], plan.Changes.Select(c => $"{c.Dataset} {c.Category}"));
        Assert.Equal(["digits"], plan.Changes[0].Added);
        Assert.Equal(3, plan.Runs.Count);
        Assert.All(plan.Runs, r => Assert.Equal((RunReasonKind.CodeChanged, "silver.shop_orders"), (r.Reasons[0].Kind, r.Reasons[0].Subject)));
    }

    [Fact]
    public async Task Plan_OfAChangedValueThatDownstreamReads_IsBreakingForBoth()
    {
        Edit(Silver, "TRY_CAST(unit_price AS DECIMAL(12, 2))", "CAST(2 * TRY_CAST(unit_price AS DECIMAL(12, 2)) AS DECIMAL(12, 2))");

        var plan = await PlanAsync();

        Assert.Equal(["silver.shop_orders Breaking", "gold.shop_daily_sales Breaking"], plan.Changes.Select(c => $"{c.Dataset} {c.Category}"));
        Assert.Contains("unit_price", plan.Changes[0].Own[0]);
    }

    [Fact]
    public async Task Plan_OfAnotherLimitInAContract_SaysThatTheContractChanged()
    {
        Edit(SilverContract, "{minimum: 1}", "{minimum: 0}");

        var plan = await PlanAsync();

        Assert.All(plan.Runs, r => Assert.Equal(RunReasonKind.ContractChanged, Assert.Single(r.Reasons).Kind));
        Assert.Equal(["silver.shop_orders Breaking", "gold.shop_daily_sales Breaking"], plan.Changes.Select(c => $"{c.Dataset} {c.Category}"));
    }

    [Fact]
    public async Task Plan_OfCommentsLayoutAndDescriptions_IsEmpty()
    {
        Edit(Gold, "SELECT\n    d.product,\n    d.order_date,", "SELECT -- by day\n    d.product, d.order_date,");
        Edit(SilverContract, "purpose: One typed row per order line.", "purpose: One row for each line of an order.");
        Edit("pipeline.yaml", "owner: data-platform", "owner: somebody");

        Assert.Empty((await PlanAsync()).Runs);
    }

    [Fact]
    public async Task Plan_OfOtherNamesAndAnotherOrderOfColumns_IsEmptyAndSaysSo()
    {
        var model = File.ReadAllText(_folder.At("pipelines", "shop", Gold)).Replace("d.", "renamed.", StringComparison.Ordinal).Replace(" d\n", " renamed\n", StringComparison.Ordinal).Replace(" AS d ", " AS renamed ", StringComparison.Ordinal);
        File.WriteAllText(_folder.At("pipelines", "shop", Gold), model);
        Edit(Silver, "    _source_uri,\n    _source_row", "    _source_row,\n    _source_uri");

        var plan = await PlanAsync();

        Assert.Equal((0, 3), (plan.Runs.Count, plan.UpToDate));
        Assert.Equal(["silver.shop_orders None", "gold.shop_daily_sales None"], plan.Changes.Select(c => $"{c.Dataset} {c.Category}"));
    }

    [Fact]
    public async Task Plan_OfAnotherLookback_IsBreakingAndReachesFurther()
    {
        Edit("pipeline.yaml", "{lookback: 2}", "{lookback: 1}");

        var plan = await PlanAsync();

        Assert.Equal(["gold.shop_daily_sales Breaking"], plan.Changes.Select(c => $"{c.Dataset} {c.Category}"));
        Assert.Contains("settings", plan.Changes[0].Own[0]);
    }

    [Fact]
    public async Task Plan_OfAFailedPartition_SaysWhyItFailed()
    {
        var spec = PipelineLoader.Load(_folder.At("pipelines", "shop"));
        var lake = new LakeRoot(_folder.At("lake"));
        var state = (await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None)).States[1];
        var entry = Entry(spec, state);
        await lake.WriteLedgerAsync(entry with { Result = entry.Result with { Status = RunStatus.Failed, Reason = "it broke\nbadly" } }, CancellationToken.None);

        var run = Assert.Single((await PlanAsync()).Runs);

        Assert.Equal("the last run failed: it broke", run.Reasons[0].ToString());
    }

    private Task<PipelinePlan> PlanAsync() =>
        new PipelinePlanner(PipelineLoader.Load(_folder.At("pipelines", "shop")), new LakeRoot(_folder.At("lake"))).PlanAsync(PlanSelection.All);

    private void Edit(string file, string from, string to)
    {
        var path = _folder.At("pipelines", "shop", file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static LedgerEntry Entry(PipelineSpec spec, PartitionState state) => new()
    {
        Result = new RunResult { Request = new RunRequest(spec.Name, state.Partition.Value), Status = RunStatus.Published },
        RunId = "run-" + state.Partition.Value,
        InputFingerprint = state.InputFingerprint,
        CodeFingerprint = CodeSnapshots.FingerprintOf(spec),
        Inputs = state.Inputs,
        StartedAt = new DateTimeOffset(2026, 1, 8, 0, 0, 0, TimeSpan.Zero),
        EndedAt = new DateTimeOffset(2026, 1, 8, 0, 0, 1, TimeSpan.Zero),
    };
}
