using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>Rows that are held, and who may decide what about them.</summary>
public sealed class HoldTests
{
    private static readonly GatePolicy Hold = new() { OnError = GateAction.Hold, Approvers = ["ann", "stewards"], HoldExpires = TimeSpan.FromDays(2) };

    [Fact]
    public async Task Approve_ByOneWhoMay_PublishesAndIsOnRecord()
    {
        var stand = Breaking(Hold, ["rows"]);
        await WithAsync(stand, async (server, handle) =>
        {
            var held = await server.UntilAsync<RunProgress>(handle, p => p.Held.Count == 1);
            Assert.Equal("broken: rows", held.Held["bronze.x"]);
            Assert.Equal(0, stand.Published);
            Assert.Contains("Held: `bronze.x`", await DetailsAsync(handle), StringComparison.Ordinal);

            await RefusedAsync(handle, "approve", new DecisionRequest { By = "bob", Reason = "looks fine" }, "'bob' may not decide");
            await RefusedAsync(handle, "approve", new DecisionRequest { By = "ann" }, "why ('reason')");
            await RefusedAsync(handle, "approve", new DecisionRequest { By = "ann", Reason = "x", Version = 9 }, "hold 9");
            await RefusedAsync(handle, "approve", new DecisionRequest { By = "ann", Reason = "x", Dataset = "silver.y" }, "'bronze.x'");
            await handle.ExecuteUpdateAsync<Decision>("approve", [new DecisionRequest { By = "bob", Roles = ["stewards"], Reason = "known gap" }]);

            Assert.Equal(RunStatus.Published, (await handle.GetResultAsync<RunResult>()).Status);
            Assert.Equal(["open", "approve by bob: known gap"], stand.Holds.Select(h => h.Decision is { } d ? $"{d.Kind} by {d.By}: {d.Reason}" : "open"));
        });
    }

    [Fact]
    public async Task Reject_OfAHold_FailsTheRunAndPublishesNothing()
    {
        var stand = Breaking(Hold, ["rows"]);
        await WithAsync(stand, async (server, handle) =>
        {
            await server.UntilAsync<RunProgress>(handle, p => p.Held.Count == 1);
            await handle.ExecuteUpdateAsync<Decision>("reject", [new DecisionRequest { By = "ann", Reason = "half a file" }]);
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync<RunResult>());
            Assert.Equal(ErrorTypes.Rejected, Assert.IsType<ApplicationFailureException>(failed.InnerException).ErrorType);
            Assert.Equal(0, stand.Published);
            Assert.Equal(RunStatus.Failed, stand.Ledger.Single().Result.Status);
        });
    }

    [Fact]
    public async Task Retry_OfAHold_MakesTheRowsAgainAndAnOlderDecisionIsStale()
    {
        var stand = Breaking(Hold, ["rows"], ["rows", "mean"]);
        await WithAsync(stand, async (server, handle) =>
        {
            await server.UntilAsync<RunProgress>(handle, p => p.Held.Count == 1);
            await handle.ExecuteUpdateAsync<Decision>("retry", [new DecisionRequest { By = "ann", Reason = "file repaired" }]);
            await server.UntilAsync<RunProgress>(handle, p => p.Held.Values.Contains("broken: rows, mean"));
            await RefusedAsync(handle, "approve", new DecisionRequest { By = "ann", Reason = "x", Version = 1 }, "made again since");
            await handle.ExecuteUpdateAsync<Decision>("retry", [new DecisionRequest { By = "ann", Reason = "once more", Version = 2 }]);
            Assert.Equal(RunStatus.Published, (await handle.GetResultAsync<RunResult>()).Status);
            Assert.Equal(3, stand.Loads);
        });
    }

    [Fact]
    public async Task Waive_OfOneOfTwoRules_LeavesTheOtherHeld()
    {
        var stand = Breaking(Hold, ["rows", "mean"]);
        await WithAsync(stand, async (server, handle) =>
        {
            await server.UntilAsync<RunProgress>(handle, p => p.Held.Count == 1);
            var until = DateTimeOffset.UtcNow.AddDays(30);
            await RefusedAsync(handle, "waive", new DecisionRequest { By = "ann", Reason = "x", Rule = "rows" }, "'until'");
            await RefusedAsync(handle, "waive", new DecisionRequest { By = "ann", Reason = "x", Rule = "other", Until = until }, "'other' is not broken");
            await handle.ExecuteUpdateAsync<Decision>("waive", [new DecisionRequest { By = "ann", Reason = "x", Rule = "rows", Until = until }]);
            await server.UntilAsync<RunProgress>(handle, _ => stand.Holds.Any(h => h.Version == 2));
            Assert.Equal(["mean"], stand.Holds.Last().Rules);
            await handle.ExecuteUpdateAsync<Decision>("waive", [new DecisionRequest { By = "ann", Reason = "x", Until = until }]);
            Assert.Equal(RunStatus.Published, (await handle.GetResultAsync<RunResult>()).Status);
        });
    }

    [Fact]
    public async Task Run_WithAWaiverOfItsPlan_IsNotHeld()
    {
        var stand = Breaking(Hold with { Waivers = [new Waiver("rows", DateTimeOffset.UtcNow.AddDays(1), "ann", "known")] }, ["rows"]);
        await WithAsync(stand, async (_, handle) => Assert.Equal(RunStatus.Published, (await handle.GetResultAsync<RunResult>()).Status));
        Assert.Empty(stand.Holds);
    }

    [Fact]
    public async Task Run_WithPersonalValuesNobodyClassified_FailsWhateverThePolicy()
    {
        var stand = new RunStandIns(new GatePolicy { OnError = GateAction.Publish }) { Refusal = "privacy.unclassified" };
        await WithAsync(stand, async (_, handle) => await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync<RunResult>()));
        Assert.Equal(0, stand.Published);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hold_ThatNobodyDecides_IsRaisedAgainOrRejected(bool rejects)
    {
        var clock = new ManualTime();
        var stand = Breaking(Hold with { RejectOnExpiry = rejects }, ["rows"]);

        // One timer only lies on the clock's way: a jump over several would let the task of the first time out before a worker has it.
        stand.RunTimeout = TimeSpan.FromDays(3);
        await WithAsync(
            stand,
            async (server, handle) =>
            {
                await server.UntilTimerAsync(handle, Hold.HoldExpires);
                clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
                if (rejects)
                {
                    await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync<RunResult>());
                    Assert.Equal("expire", stand.Holds.Last().Decision!.Kind);
                    return;
                }

                await server.UntilAsync<RunProgress>(handle, _ => stand.Holds.Any(h => h.Reminders == 1));
                await handle.ExecuteUpdateAsync<Decision>("approve", [new DecisionRequest { By = "ann", Reason = "late but good" }]);
                Assert.Equal(RunStatus.Published, (await handle.GetResultAsync<RunResult>()).Status);
            },
            clock);
    }

    private static RunStandIns Breaking(GatePolicy gate, params string[][] broken)
    {
        var stand = new RunStandIns(gate);
        foreach (var rules in broken)
        {
            stand.Broken.Enqueue(rules);
        }

        return stand;
    }

    private static async Task<string> DetailsAsync(WorkflowHandle handle) => (await handle.QueryAsync<Temporalio.Api.Sdk.V1.WorkflowMetadata>("__temporal_workflow_metadata", [])).CurrentDetails;

    private static async Task RefusedAsync(WorkflowHandle handle, string update, DecisionRequest request, string expected)
    {
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<Decision>(update, [request]));
        Assert.Contains(expected, refused.InnerException!.Message, StringComparison.Ordinal);
    }

    private static async Task WithAsync(RunStandIns stand, Func<OrchestrationServer, WorkflowHandle, Task> body, TimeProvider? clock = null)
    {
        await using var server = await OrchestrationServer.StartAsync(clock);
        var request = new RunRequest("x", "2020-03-22");
        await server.WithWorkerAsync(
            o => o.AddWorkflow<PipelineRunWorkflow>().AddAllActivities(stand),
            async () => await body(server, await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue))));
    }
}
