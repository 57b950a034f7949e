using System.Text.Json.Nodes;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Temporalio.Tests.Replay.Scenarios;
using Temporalio.Worker;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Tests.Replay;

/// <summary>Every recorded history replays, and ends with the recorded result.</summary>
public sealed class GoldenReplayTests
{
    /// <summary>Orders that the recording language makes and this one does not; the README of the recordings says so.</summary>
    private static readonly string[] OtherOrder =
    [
        "704-order-all", "704-order-all.twophase", "705-order-activity-timer-no-signal", "705-order-activity-timer-no-signal.twophase",
        "701-order-timer-signal-update.twophase", "706-order-signal-update-at-start.twophase",

        // Recorded before the main method's task and the update's were told apart when both come with a whole history.
        "510-update-immediate.nocache",
    ];

    public static TheoryData<string> All => [.. GoldenHistories.Names().DefaultIfEmpty("absent")];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Replay_RecordedHistory_IsCleanWithTheRecordedResult(string name)
    {
        var history = GoldenHistories.Read(name);
        var options = GoldenHistories.Options(name, history);
        var capture = new Capture();
        options.Interceptors = [capture];

        var result = await new WorkflowReplayer(options).ReplayWorkflowAsync(history, throwOnReplayFailure: false);

        if (name == "707-order-two-conditions")
        {
            // Python releases all true conditions at once, .NET one after the other: the history is one of another behaviour.
            Assert.IsType<WorkflowNondeterminismException>(result.ReplayFailure);
            return;
        }

        Assert.Null(result.ReplayFailure);
        var last = history.Events.Last();
        if (last.EventType == EventType.WorkflowExecutionCompleted && !OtherOrder.Contains(name))
        {
            var recorded = last.WorkflowExecutionCompletedEventAttributes.Result?.Payloads_.FirstOrDefault();
            var expected = recorded is null || recorded.Data.IsEmpty ? null : JsonNode.Parse(recorded.Data.ToStringUtf8());
            var actual = System.Text.Json.JsonSerializer.SerializeToNode(capture.Result);
            Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected?.ToJsonString()}, seen {actual?.ToJsonString()}");
        }
    }

    [Theory]
    [InlineData("550-patch-old-code", typeof(PatchFlow.V2), true)]
    [InlineData("550-patch-old-code", typeof(PatchFlow.V3), false)]
    [InlineData("550-patch-old-code", typeof(PatchFlow.V4), false)]
    [InlineData("551-patch-patched", typeof(PatchFlow.V3), true)]
    [InlineData("551-patch-patched", typeof(PatchFlow.V1), false)]
    [InlineData("551-patch-patched", typeof(PatchFlow.V4), false)]
    [InlineData("552-patch-deprecated", typeof(PatchFlow.V2), true)]
    [InlineData("552-patch-deprecated", typeof(PatchFlow.V4), true)]
    [InlineData("552-patch-deprecated", typeof(PatchFlow.V1), false)]
    [InlineData("642-nondeterminism-then-fixed", typeof(Nondet.Bad), false)]
    public async Task Replay_OtherVersionOfTheCode_FitsOrNot(string name, Type version, bool fits)
    {
        var history = GoldenHistories.Read(name);
        var options = new WorkflowReplayerOptions { DebugMode = true }.AddWorkflow(version);

        var failure = (await new WorkflowReplayer(options).ReplayWorkflowAsync(history, throwOnReplayFailure: false)).ReplayFailure;

        if (fits)
        {
            Assert.Null(failure);
        }
        else
        {
            Assert.StartsWith("Nondeterminism", Assert.IsType<WorkflowNondeterminismException>(failure).Message, StringComparison.Ordinal);
            Assert.Contains("[TMPRL1100]", failure.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Capture : IWorkerInterceptor
    {
        public object? Result { get; private set; }

        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor, this);

        private sealed class Inbound(WorkflowInboundInterceptor next, Capture owner) : WorkflowInboundInterceptor(next)
        {
            public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
            {
                owner.Result = await base.ExecuteWorkflowAsync(input);
                return owner.Result;
            }
        }
    }
}
