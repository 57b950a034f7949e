using Lakehouse.Quality;
using Orchestrator.Pipelines.Fixtures;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Covid;

public sealed class CovidPipelineTests
{
    private static readonly string Folder = TestPaths.InRepo("pipelines", "covid");

    [Fact]
    public void Load_GivesThreeDatasetsInOrder()
    {
        var spec = PipelineLoader.Load(Folder);

        Assert.Equal(
            [("bronze.daily_reports", DatasetKind.Source, 0), ("silver.cases", DatasetKind.Model, 1), ("gold.country_daily", DatasetKind.Model, 2)],
            spec.Datasets.Select(d => (d.Name, d.Kind, d.Level)));
        Assert.Equal(6, spec.Dataset("gold.country_daily").Reads["silver.cases"]);
        Assert.Equal(0, spec.Dataset("silver.cases").Reads["bronze.daily_reports"]);
        Assert.Equal(("data-platform", 4, TimeSpan.FromMinutes(30), 512_000_000L), (spec.Owner, spec.Concurrency, spec.Limits.RunTimeout, spec.Limits.MemoryBytes));
        Assert.Equal(new SortColumn("confirmed", Descending: true), spec.Dataset("silver.cases").Deduplicate!.OrderBy[0]);
    }

    [Fact]
    public async Task Discover_FindsFourteenDays_AndNamesWhatItIgnores()
    {
        var spec = PipelineLoader.Load(Folder);

        var found = await spec.Sources["daily"].DiscoverAsync(spec.Partitioning);

        Assert.Equal(14, found.Partitions.Count);
        Assert.Equal(("2020-03-15", "2020-03-28"), (found.Partitions[0].Partition.Value, found.Partitions[^1].Partition.Value));
        Assert.All(found.Partitions, p => Assert.Single(p.Files));
        Assert.Equal("ATTRIBUTION.md", Path.GetFileName(Assert.Single(found.Ignored).Path));
    }

    [Fact]
    public void Restate_OfADay_TouchesItsSilverAndSevenGoldDays()
    {
        var spec = PipelineLoader.Load(Folder);

        var touched = spec.Graph.Restate("bronze.daily_reports", spec.Partitioning.Calendar.Parse("2020-03-20"), spec.Partitioning);

        Assert.Equal([("silver.cases", 1), ("gold.country_daily", 7)], touched.Select(t => (t.Dataset, t.Partitions.Count)));
        Assert.Equal("2020-03-26", touched[1].Partitions[^1].Value);
    }

    [Fact]
    public void Fixtures_AllPass()
    {
        var results = FixtureRunner.Run(PipelineLoader.Load(Folder));

        Assert.Equal(10, results.Count);
        Assert.All(results, r => Assert.True(r.Passed, $"{r.Name}:\n{string.Join('\n', r.Differences)}"));
    }
}
