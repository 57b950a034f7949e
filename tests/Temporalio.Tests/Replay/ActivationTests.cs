using Orchestrator.TestKit;
using Temporalio.Tests.Conformance;

namespace Temporalio.Tests.Replay;

/// <summary>A history is cut into the same steps, with the same jobs in the same order and the same commands, as by the core of the official SDKs.</summary>
public sealed class ActivationTests
{
    private static readonly IReadOnlySet<string> Explained = ExplainedCases.Read(SdkConformance.Activations);

    public static TheoryData<string> All => [.. ActivationJudge.Read(GoldenHistories.Folder).Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("absent")];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Replay_RecordedHistory_ActivatesAsTheCoreDoes(string name)
    {
        var folder = TestPaths.Shared("golden", "histories");

        var problems = await ActivationJudge.JudgeAsync(folder, name, ActivationJudge.Read(folder)[name]);

        // What is explained must still differ: the table is no place to hide in.
        Assert.True(Explained.Contains(name) ? problems.Count > 0 : problems.Count == 0, string.Join("\n", problems.DefaultIfEmpty("explained, but the same")));
    }
}
