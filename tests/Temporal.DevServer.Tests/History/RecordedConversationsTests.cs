using Orchestrator.TestKit;
using Temporal.DevServer.Conformance;

namespace Temporal.DevServer.Tests.History;

/// <summary>Recorded conversations of clients and workers that no deadline decides: those are for <c>eng/conformance histories</c>.</summary>
public sealed class RecordedConversationsTests
{
    [Fact]
    public async Task Conversations_PlayedAgain_MakeTheRecordedHistories()
    {
        var result = await HistoriesGroup.RunAsync(TestPaths.Shared("golden", "histories"), parallel: 4, longestMs: 800);

        Assert.True(result.Total >= 20, $"only {result.Total} conversations were found");
        Assert.True(result.Failed.Count == 0, string.Join('\n', result.Failed.Select(f => $"{f.Key}: {string.Join("; ", f.Value)}")));
    }
}
