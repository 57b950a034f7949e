using Orchestrator.TestKit;
using Temporalio.Tests.Conformance;

namespace Temporalio.Tests.Replay;

/// <summary>Given the recorded polls, the worker answers with the recorded completions.</summary>
public sealed class TranscriptTests
{
    private static readonly IReadOnlySet<string> Explained = ExplainedCases.Read(SdkConformance.Transcripts);

    public static TheoryData<string> All => [.. Transcript.Names(GoldenHistories.Folder).DefaultIfEmpty("absent")];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Worker_RecordedPolls_AnswersAsRecorded(string name)
    {
        var problems = await TranscriptJudge.JudgeAsync(TestPaths.Shared("golden", "histories"), name);

        // What is explained must still differ: the table is no place to hide in.
        Assert.True(Explained.Contains(name) ? problems.Count > 0 : problems.Count == 0, string.Join("\n", problems.DefaultIfEmpty("explained, but the same")));
    }
}
