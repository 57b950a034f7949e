using Orchestrator.TestKit;
using Temporalio.Exceptions;
using Temporalio.Tests.Conformance;
using Temporalio.Tests.Replay.Scenarios;
using Temporalio.Worker;

namespace Temporalio.Tests.Replay;

/// <summary>Every recorded history replays, and ends with the recorded result.</summary>
public sealed class GoldenReplayTests
{
    private static readonly IReadOnlySet<string> Explained = ExplainedCases.Read(SdkConformance.Histories);

    public static TheoryData<string> All => [.. GoldenHistories.Names(GoldenHistories.Folder).DefaultIfEmpty("absent")];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Replay_RecordedHistory_IsCleanWithTheRecordedResult(string name)
    {
        var problems = await HistoryJudge.JudgeAsync(TestPaths.Shared("golden", "histories"), name);

        // What is explained must still differ: the table is no place to hide in.
        Assert.True(Explained.Contains(name) ? problems.Count > 0 : problems.Count == 0, string.Join("\n", problems.DefaultIfEmpty("explained, but the same")));
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
        var history = GoldenHistories.Read(TestPaths.Shared("golden", "histories"), name);
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
}
