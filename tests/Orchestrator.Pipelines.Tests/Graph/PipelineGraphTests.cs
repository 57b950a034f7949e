using Orchestrator.Pipelines.Graph;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Tests.Graph;

public sealed class PipelineGraphTests
{
    private static readonly PartitionCalendar Days = new(PartitionUnit.Day, TimeZoneInfo.Utc);

    private static readonly PipelineGraph Graph = new(new Dictionary<string, IReadOnlyDictionary<string, int>>
    {
        ["bronze.a"] = Reads(),
        ["bronze.b"] = Reads(),
        ["silver.a"] = Reads(("bronze.a", 0)),
        ["gold.week"] = Reads(("silver.a", 6), ("bronze.b", 1)),
        ["gold.trend"] = Reads(("gold.week", 2), ("silver.a", 0)),
    });

    [Fact]
    public void Levels_PutEveryDatasetAfterWhatItReads()
    {
        Assert.Equal([["bronze.a", "bronze.b"], ["silver.a"], ["gold.week"], ["gold.trend"]], Graph.Levels);
        Assert.Equal(["gold.week", "gold.trend"], Graph.Dependents("silver.a"));
        Assert.Empty(Graph.Dependents("gold.trend"));
    }

    [Fact]
    public void Levels_PutEveryDatasetAfterWhatItsContractRefersToUnlessThatReadsIt()
    {
        var reads = new Dictionary<string, IReadOnlyDictionary<string, int>> { ["orders"] = Reads(), ["customers"] = Reads(), ["regions"] = Reads(), ["top"] = Reads(("regions", 0)) };
        var refers = new[] { ("orders", "customers"), ("orders", "orders"), ("customers", "regions"), ("regions", "top") }.ToLookup(r => r.Item1, r => r.Item2);

        var graph = new PipelineGraph(reads, refers);

        Assert.Equal([["regions"], ["customers", "top"], ["orders"]], graph.Levels);
    }

    [Fact]
    public void Restate_AddsUpLookbacksAlongTheLongestWay()
    {
        var touched = Graph.Restate("bronze.a", Days.Parse("2020-03-15"), Bounds());

        Assert.Equal(
            [("silver.a", "2020-03-15", 1), ("gold.week", "2020-03-15", 7), ("gold.trend", "2020-03-15", 9)],
            touched.Select(t => (t.Dataset, t.Partitions[0].Value, t.Partitions.Count)));
        Assert.Equal("2020-03-23", touched[^1].Partitions[^1].Value);
    }

    [Fact]
    public void Restate_StopsAtThePipelinesEnd()
    {
        var touched = Graph.Restate("silver.a", Days.Parse("2020-03-15"), Bounds(end: "2020-03-18"));

        Assert.All(touched, t => Assert.Equal(["2020-03-15", "2020-03-16", "2020-03-17"], t.Partitions.Select(p => p.Value)));
    }

    [Fact]
    public void Restate_StopsAtTheListsEnd()
    {
        var calendar = new PartitionCalendar(PartitionUnit.List, TimeZoneInfo.Utc, ["a", "b", "c"]);

        var touched = Graph.Restate("silver.a", calendar.Parse("b"), new Partitioning { Calendar = calendar, Column = "p", TimeZone = "UTC" });

        Assert.Equal(["b", "c"], touched[0].Partitions.Select(p => p.Value));
    }

    [Fact]
    public void Constructor_WithACycle_IsRefused()
    {
        var cycle = new Dictionary<string, IReadOnlyDictionary<string, int>> { ["a"] = Reads(("b", 0)), ["b"] = Reads(("a", 0)) };

        Assert.Throws<ArgumentException>(() => new PipelineGraph(cycle));
    }

    private static Partitioning Bounds(string? end = null) => new() { Calendar = Days, Column = "d", TimeZone = "UTC", End = end is null ? null : Days.Parse(end) };

    private static Dictionary<string, int> Reads(params (string Name, int Lookback)[] reads) => reads.ToDictionary(r => r.Name, r => r.Lookback);
}
