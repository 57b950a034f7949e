using Orchestrator.TestKit;
using Temporal.DevServer.Conformance;

namespace Temporal.DevServer.Tests.History;

/// <summary>Recorded conversations of clients and workers, as <c>eng/conformance histories</c> plays them.</summary>
public sealed class RecordedConversationsTests
{
    /// <summary>With one run in memory nearly every step begins with a state that was rebuilt from history: it must go on as the live one does.</summary>
    [Theory]
    [InlineData(10_000)]
    [InlineData(1)]
    public async Task Conversations_PlayedAgain_MakeTheRecordedHistories(int runsInMemory)
    {
        var result = await HistoriesGroup.RunAsync(TestPaths.Shared("golden", "histories"), runsInMemory: runsInMemory);

        Assert.True(result.Total >= 100, $"only {result.Total} conversations were found");
        Assert.True(result.Failed.Count == 0, string.Join('\n', result.Failed.Select(f => $"{f.Key}: {string.Join("; ", f.Value)}")));
    }
}
