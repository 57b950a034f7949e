using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Windows;

/// <summary>The window workflow on a clock that is moved: when it waits, what it collects, when it seals, what comes after.</summary>
public sealed class WindowTests
{
    private const string Day = "2026-01-01";

    private static readonly WindowRequest Request = new("x", Day);

    private readonly WindowStandIns _stand = new();
    private readonly ManualTime _clock = new(WindowStandIns.Ends);

    [Fact]
    public async Task Late_SeveralWithinTheQuietPeriod_AreWorkedInAsOne() => await WithAsync(async (server, handle) =>
    {
        _stand.Sees.Enqueue(Touches(Day, "2026-01-03"));
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));

        await handle.SignalAsync("late", [Arrival("a.csv", "1", hours: 1)]);
        await server.UntilTimerAsync(handle, _stand.Policy.Quiet);
        await handle.SignalAsync("late", [Arrival("b.csv", "2", hours: 3)]);
        await handle.SignalAsync("late", [Arrival("a.csv", "1", hours: 4)]);
        await server.UntilTimerAsync(handle, _stand.Policy.Quiet, 2);
        Assert.Equal(0, _stand.Surveys);
        _clock.Advance(_stand.Policy.Quiet);

        var state = await server.UntilAsync<WindowState>(handle, s => s.Pending.Count == 0, "state");
        Assert.Equal((2, 1, 20), (state.Arrivals, state.RestateCount, state.RestatedRows));
        Assert.Equal([Day, "2026-01-03"], state.Restates.Single().Partitions);
        Assert.Equal(new LatenessSummary(2, 3600, 3600, 3 * 3600, 3 * 3600, 3 * 3600), state.Lateness);
        Assert.Single(_stand.Kept.First().Pending);
        Assert.Contains("| 2 | 0 | 0 |", await DetailsAsync(handle), StringComparison.Ordinal);
    });

    [Fact]
    public async Task Late_WithValuesThatWereKnown_MakesNothingAgain() => await WithAsync(async (server, handle) =>
    {
        _stand.Sees.Enqueue(new WindowSurvey { Arrivals = [Arrival("a.csv", "2") with { Kind = ArrivalKind.Equal }] });
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));
        await handle.SignalAsync("late", [Arrival("a.csv", "2")]);
        await server.UntilTimerAsync(handle, _stand.Policy.Quiet);
        _clock.Advance(_stand.Policy.Quiet);

        var state = await server.UntilAsync<WindowState>(handle, s => s.Arrivals == 1, "state");
        Assert.Equal((1, 0), (state.EqualValues, state.RestateCount));
    });

    [Fact]
    public async Task Window_WhenTheWatermarkHasPassed_IsCompleteAndThenSealed() => await WithAsync(async (server, handle) =>
    {
        _stand.Watermark = _stand.Policy.CompleteAt.AddMinutes(-1);
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));
        _clock.Advance(TimeSpan.FromDays(1));

        // The data is behind the clock: it is looked at again.
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1), 2);
        Assert.Equal(WindowPhase.Open, (await StateAsync(handle)).Phase);
        _stand.Watermark = _stand.Policy.CompleteAt;
        _clock.Advance(TimeSpan.FromDays(1));
        await server.UntilAsync<WindowState>(handle, s => s.Phase is WindowPhase.Complete, "state");

        await server.UntilTimerAsync(handle, TimeSpan.FromDays(5));
        _clock.Advance(TimeSpan.FromDays(5));
        var ended = await handle.GetResultAsync<WindowState>();
        Assert.Equal((WindowPhase.Sealed, _stand.Policy.SealsAt), (ended.Phase, ended.SealedAt));
        Assert.Equal(ended.SealedAt, _stand.Kept.Last().SealedAt);

        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = PayloadFormat.Converter }.AddWorkflow<PartitionWindowWorkflow>());
        Assert.Null((await replayer.ReplayWorkflowAsync(await handle.FetchHistoryAsync(), throwOnReplayFailure: false)).ReplayFailure);
    });

    [Fact]
    public async Task Window_WithAnArrivalThatNobodyTold_WorksItInBeforeItSeals() => await WithAsync(async (server, handle) =>
    {
        _stand.Watermark = _stand.Policy.CompleteAt;
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));
        _clock.Advance(TimeSpan.FromDays(1));
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(6));
        var seen = new WindowSurvey { Touched = [Day], Arrivals = [Arrival("a.csv", "2") with { Kind = ArrivalKind.Changed }] };
        _stand.Sees.Enqueue(seen);
        _stand.Sees.Enqueue(seen);
        _clock.Advance(TimeSpan.FromDays(6));

        var ended = await handle.GetResultAsync<WindowState>();
        Assert.Equal((1, 1, 0), (ended.RestateCount, ended.LateArrivals, ended.Corrections));
        Assert.NotNull(ended.SealedAt);
    });

    [Fact]
    public async Task Late_AfterTheSeal_IsACorrectionThatItsRunHolds()
    {
        _clock.Advance(TimeSpan.FromDays(8));
        await WithAsync(async (server, handle) =>
        {
            Assert.NotNull((await handle.GetResultAsync<WindowState>()).SealedAt);
            _stand.Sees.Enqueue(Touches(Day, "held"));

            var again = await server.Client.StartWorkflowAsync(
                "PartitionWindow", [Request], new WorkflowOptions(Request.WorkflowId, OrchestrationServer.Queue) { StartSignal = "late", StartSignalArgs = [Arrival("a.csv", "3")] });
            await server.UntilTimerAsync(again, _stand.Policy.Quiet);
            _clock.Advance(_stand.Policy.Quiet);

            var ended = await again.GetResultAsync<WindowState>();
            Assert.Equal((WindowPhase.Sealed, 1, 1), (ended.Phase, ended.Corrections, ended.Restates.Single().Held));
            await RefusedAsync(server, "was sealed at");
        });
    }

    [Fact]
    public async Task Extend_MovesTheSeal_AndIsRefusedWhereItCannot() => await WithAsync(async (server, handle) =>
    {
        _stand.Watermark = _stand.Policy.CompleteAt;
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));
        var until = _stand.Policy.SealsAt.AddDays(3);
        await RefusedAsync(handle, new WindowExtension { Until = until, By = "ann" }, "why ('reason')");
        await RefusedAsync(handle, new WindowExtension { Until = _stand.Policy.SealsAt, By = "ann", Reason = "x" }, "later than now and than the seal");
        var state = await handle.ExecuteUpdateAsync<WindowState>("extend", [new WindowExtension { Until = until, By = "ann", Reason = "the source is repaired this week" }]);
        Assert.Equal(until, state.Policy!.SealsAt);

        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1), 2);
        _clock.Advance(TimeSpan.FromDays(1));
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(9));
        _clock.Advance(TimeSpan.FromDays(9));
        var ended = await handle.GetResultAsync<WindowState>();
        Assert.Equal((until, "ann"), (ended.SealedAt, ended.Extensions.Single().By));
    });

    [Fact]
    public async Task Late_WhileAnotherWindowWorksIn_WaitsForItAndLooksAgain() => await WithAsync(async (server, handle) =>
    {
        var other = await server.Client.StartWorkflowAsync("Open", [], new WorkflowOptions("backfill/x/late", OrchestrationServer.Queue));
        _stand.Sees.Enqueue(Touches(Day));
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));
        await handle.SignalAsync("late", [Arrival("a.csv", "2")]);
        await server.UntilTimerAsync(handle, _stand.Policy.Quiet);
        _clock.Advance(_stand.Policy.Quiet);

        var state = await server.UntilAsync<WindowState>(handle, s => s.Pending.Count == 0, "state");
        Assert.Equal(["backfill/x/late"], _stand.Awaited);
        Assert.Equal((1, 0), (state.Arrivals, state.RestateCount));
        await other.TerminateAsync();
    });

    [Fact]
    public async Task Window_OfManyArrivals_ContinuesAsNewWithWhatItKnows() => await WithAsync(async (server, handle) =>
    {
        await server.UntilTimerAsync(handle, TimeSpan.FromDays(1));
        for (var i = 0; i < 23; i++)
        {
            _stand.Sees.Enqueue(Touches(Day));
            var current = server.Client.GetWorkflowHandle(handle.Id);
            await current.SignalAsync("late", [Arrival("a.csv", $"{i}")]);
            await UntilPendingAsync(server, current);
            _clock.Advance(_stand.Policy.Quiet);
            await server.UntilAsync<WindowState>(current, s => s.RestateCount == i + 1 && s.Pending.Count == 0, "state");
        }

        var state = await StateAsync(server.Client.GetWorkflowHandle(handle.Id));
        Assert.Equal((23, 23, 230, 20), (state.Arrivals, state.RestateCount, state.RestatedRows, state.Restates.Count));
        Assert.NotEqual(handle.FirstExecutionRunId, (await server.Client.GetWorkflowHandle(handle.Id).DescribeAsync()).RunId);
    });

    private static WindowSurvey Touches(params string[] others) => new()
    {
        Touched = [.. others.Prepend(Day).Distinct()],
        Arrivals = [new Arrival { Uri = "a.csv", Kind = ArrivalKind.Changed, Sha256 = "1" }],
    };

    private static Arrival Arrival(string uri, string hash, int hours = 0) => new() { Uri = uri, Sha256 = hash, ArrivedAt = WindowStandIns.Ends.AddHours(hours) };

    private static Task<WindowState> StateAsync(WorkflowHandle handle) => handle.QueryAsync<WindowState>("state", []);

    private static async Task<string> DetailsAsync(WorkflowHandle handle) => (await handle.QueryAsync<Temporalio.Api.Sdk.V1.WorkflowMetadata>("__temporal_workflow_metadata", [])).CurrentDetails;

    /// <summary>Waits until the quiet period of what is pending has begun: its timer is the last thing in the history.</summary>
    private static async Task UntilPendingAsync(OrchestrationServer server, WorkflowHandle handle)
    {
        await server.UntilAsync<WindowState>(handle, s => s.Pending.Count > 0 && s.Now == "collecting late data", "state");
        var started = TimeProvider.System.GetTimestamp();
        while ((await handle.FetchHistoryAsync()).Events.Last() is not { TimerStartedEventAttributes: not null })
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "No quiet period has begun.");
            await Task.Delay(10);
        }
    }

    private static async Task RefusedAsync(WorkflowHandle handle, WindowExtension extension, string expected)
    {
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync<WindowState>("extend", [extension]));
        Assert.Contains(expected, refused.InnerException!.Message, StringComparison.Ordinal);
    }

    /// <summary>A window of a sealed partition refuses to be extended, while it works a correction in.</summary>
    private async Task RefusedAsync(OrchestrationServer server, string expected)
    {
        _stand.Sees.Enqueue(Touches(Day, "held"));
        var open = await server.Client.StartWorkflowAsync(
            "PartitionWindow", [Request], new WorkflowOptions(Request.WorkflowId, OrchestrationServer.Queue) { StartSignal = "late", StartSignalArgs = [Arrival("a.csv", "4")] });
        await server.UntilTimerAsync(open, _stand.Policy.Quiet);
        await RefusedAsync(open, new WindowExtension { Until = _clock.GetUtcNow().AddDays(1), By = "ann", Reason = "x" }, expected);
        _clock.Advance(_stand.Policy.Quiet);
        await open.GetResultAsync<WindowState>();
    }

    private async Task WithAsync(Func<OrchestrationServer, WorkflowHandle, Task> body)
    {
        await using var server = await OrchestrationServer.StartAsync(_clock);
        await server.WithWorkerAsync(
            o => o.AddWorkflow<PartitionWindowWorkflow>().AddWorkflow<WindowStandIns.Backfill>().AddWorkflow<OpenWorkflow>().AddAllActivities(_stand),
            async () => await body(server, await server.Client.StartWorkflowAsync("PartitionWindow", [Request], new WorkflowOptions(Request.WorkflowId, OrchestrationServer.Queue))));
    }
}
