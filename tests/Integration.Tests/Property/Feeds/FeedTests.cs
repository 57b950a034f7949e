using System.Globalization;

namespace Integration.Tests.Property.Feeds;

/// <summary>Generated pipelines of every unit and way of merging hold what a model of their tables says. <c>FEED_SEEDS</c> and <c>FEED_FROM</c> say how many seeds and from which.</summary>
public sealed class FeedTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Tables_OfGeneratedPipelines_HoldWhatTheirModelSays()
    {
        var (from, count, faults) = (Number("FEED_FROM", 1), Number("FEED_SEEDS", 6), new List<string>());
        await Parallel.ForEachAsync(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (seed, _) =>
        {
            var story = new FeedStory(seed);
            try
            {
                await story.PlayAsync();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                lock (faults)
                {
                    faults.Add($"seed {seed}: {e.Message}\n{string.Join('\n', story.Steps.Select(s => "  " + s))}\n{(e is Xunit.Sdk.XunitException ? "" : e.ToString())}");
                    output.WriteLine(faults[^1]);
                }
            }
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seeds {from} to {from + count - 1}: {faults.Count} that ended otherwise"));
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
