using Orchestrator.TestKit;

namespace Integration.Tests.Property.Feeds;

/// <summary>Generated pipelines of every unit and way of merging hold what a model of their tables says. <c>FEED_SEEDS</c> and <c>FEED_FROM</c> say how many seeds and from which.</summary>
public sealed class FeedTests(ITestOutputHelper output)
{
    [Fact]
    public Task Tables_OfGeneratedPipelines_HoldWhatTheirModelSays() =>
        SeededStories.PlayAsync(SoakSetting.Number("FEED_FROM", 1), SoakSetting.Number("FEED_SEEDS", 6), seed => new FeedStory(seed), output);
}
