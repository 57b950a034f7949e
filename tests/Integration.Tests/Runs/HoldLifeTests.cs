using Orchestrator.Activities.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Runs;

/// <summary>Holds over several runs of a partition, and beside datasets that fail.</summary>
public sealed class HoldLifeTests
{
    private const string Few = "    quality:\n      - {name: few, metric: rowCount, mustBeGreaterThan: 100, severity: error}\n";

    [Fact]
    public async Task Approve_WithATime_HoldsForFurtherRunsOfThePartitionAndForNoOther()
    {
        await using var live = await StartAsync();
        var handle = await HeldAsync(live, 1);
        await RefusedAsync(handle, "approve", new DecisionRequest { By = "ann", Reason = "x", Until = DateTimeOffset.UtcNow.AddDays(-1) }, "time to come");
        await handle.ExecuteUpdateAsync<Decision>("approve", [new DecisionRequest { By = "ann", Reason = "few in May", Until = DateTimeOffset.UtcNow.AddDays(1) }]);
        Assert.Equal(RunStatus.Published, (await live.EndAsync(handle)).Status);

        live.Workspace.Day("shop", 1, "id,amount\n1,20");
        Assert.Equal(RunStatus.Published, (await live.RunAsync("shop", "2024-05-01")).Status);
        Assert.Equal(["20|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
        live.Workspace.Day("shop", 3, "id,amount\n1,1");
        await (await HeldAsync(live, 3)).ExecuteUpdateAsync<Decision>("reject", [new DecisionRequest { By = "ann", Reason = "too few" }]);
    }

    [Fact]
    public async Task Decision_AboutTheHoldOfAnEarlierRun_IsStale()
    {
        await using var live = await StartAsync();
        var first = await HeldAsync(live, 1);
        var seen = Assert.Single(await first.QueryAsync<IReadOnlyList<Hold>>("holds", []));
        await first.ExecuteUpdateAsync<Decision>("reject", [new DecisionRequest { By = "ann", Reason = "look again" }]);
        await LiveRuns.FailureAsync(() => live.EndAsync(first));

        live.Workspace.Day("shop", 1, "id,amount\n1,666");
        var second = await HeldAsync(live, 1);

        await RefusedAsync(second, "approve", new DecisionRequest { By = "ann", Reason = "seen", Version = seen.Version }, "made again since");
        await second.ExecuteUpdateAsync<Decision>("approve", [new DecisionRequest { By = "ann", Reason = "seen", Version = seen.Version + 1 }]);
        Assert.Equal(RunStatus.Published, (await live.EndAsync(second)).Status);
    }

    [Fact]
    public async Task Decisions_AtTheSameMoment_OneCountsAndTheOtherIsTold()
    {
        await using var live = await StartAsync();
        var handle = await HeldAsync(live, 1);
        var decisions = await Task.WhenAll(new[] { "approve", "reject", "approve", "reject" }.Select(async kind =>
        {
            try
            {
                return (await handle.ExecuteUpdateAsync<Decision>(kind, [new DecisionRequest { By = "ann", Reason = kind }])).Kind;
            }
            catch (Exception e) when (e is WorkflowUpdateFailedException or RpcException { Code: RpcException.StatusCode.NotFound })
            {
                return "refused";
            }
        }));

        var taken = Assert.Single(decisions, d => d != "refused");
        if (taken == "approve")
        {
            Assert.Equal(RunStatus.Published, (await live.EndAsync(handle)).Status);
        }
        else
        {
            Assert.Equal(ErrorTypes.Rejected, (await LiveRuns.FailureAsync(() => live.EndAsync(handle))).ErrorType);
        }

        Assert.Equal(taken, Assert.Single(await live.Lake.Holds.DecidedAsync("shop")).Decision!.Kind);
    }

    [Fact]
    public async Task Hold_BesideADatasetThatFails_IsWithdrawnAndTheRunFailsAtOnce()
    {
        await using var live = await StartAsync(
            workspace =>
            {
                workspace.Edit("pipelines/shop/pipeline.yaml", "  gold.sums:", "  silver.broken: {key: [id]}\n  gold.sums:");
                workspace.Contract("shop", "silver.broken", "id BIGINT, day DATE");
                workspace.Model("shop", "silver.broken", "SELECT CAST(error('too bad') AS BIGINT) AS id, day FROM bronze.shop WHERE day = $partition_date");
            },
            "silver.sales");
        var failure = await LiveRuns.FailureAsync(() => live.RunAsync("shop", "2024-05-01"));

        Assert.Contains("silver.broken", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await live.Lake.Holds.OpenAsync("shop"));
        Assert.All(await live.Lake.Holds.DecidedAsync("shop"), h => Assert.Equal("supersede", h.Decision!.Kind));
    }

    [Fact]
    public async Task Graph_OfAHeldRun_TellsWhatIsMadeFromWhatAndHowFarItIs()
    {
        await using var live = await StartAsync();
        var graph = await (await HeldAsync(live, 1)).QueryAsync<RunGraph>("graph", []);

        Assert.Equal(["bronze.shop staged 2", "silver.sales staged 1", "gold.sums held 1"], graph.Nodes.Select(n => $"{n.Dataset} {n.State} {n.Rows}"));
        Assert.Equal(["files > bronze.shop", "bronze.shop > silver.sales", "silver.sales > gold.sums"], graph.Edges.Select(e => $"{e.From} > {e.To}"));
        Assert.Contains("[\"gold.sums<br/>held, 1 rows\"]", graph.Mermaid, StringComparison.Ordinal);
        Assert.StartsWith("graph LR\n", graph.Mermaid, StringComparison.Ordinal);
    }

    private static async Task<WorkflowHandle> HeldAsync(LiveRuns live, int day)
    {
        var handle = await live.StartAsync("shop", $"2024-05-0{day}");
        await live.UntilAsync<RunProgress>(handle, p => p.Held.Count > 0);
        return handle;
    }

    private static async Task RefusedAsync(WorkflowHandle handle, string update, DecisionRequest request, string expected)
    {
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<Decision>(update, [request]));
        Assert.Contains(expected, refused.InnerException!.Message, StringComparison.Ordinal);
    }

    private static async Task<LiveRuns> StartAsync(Action<SmallWorkspace>? change = null, string dataset = "gold.sums")
    {
        var workspace = SmallWorkspace.Shop(more: "quality: {on_error: hold, approvers: [ann]}");
        workspace.Edit($"pipelines/shop/contracts/{dataset}.odcs.yaml", "    properties:\n", Few + "    properties:\n");
        change?.Invoke(workspace);
        return await LiveRuns.StartAsync(workspace);
    }
}
