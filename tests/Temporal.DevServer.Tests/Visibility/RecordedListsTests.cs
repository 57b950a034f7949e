using Orchestrator.TestKit;
using Temporal.DevServer.Conformance;

namespace Temporal.DevServer.Tests.Visibility;

/// <summary>The recordings of a real server's lists, over the wire.</summary>
public sealed class RecordedListsTests
{
    [Fact]
    public async Task Lists_OverThePopulationOfTheRecording_AnswerAsRecorded()
    {
        var result = await VisibilityGroup.RunAsync(TestPaths.Shared("golden", "visibility"));

        Assert.True(result.Total > 0);
        Assert.True(result.Failed.Count == 0, string.Join('\n', result.Failed.Select(f => $"{f.Key}: {string.Join("; ", f.Value)}")));
    }
}
