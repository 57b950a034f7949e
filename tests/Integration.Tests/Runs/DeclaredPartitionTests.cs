using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>Pipelines without files, whose inputs are read as a whole or which have none: what they declare says which partitions there are.</summary>
public sealed class DeclaredPartitionTests
{
    private const string Limits = "limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}\n";

    [Fact]
    public async Task Run_OfATableOfDates_MakesEachMonthFromStartToEnd()
    {
        using var workspace = new SmallWorkspace();
        workspace.Write("pipelines/dates/pipeline.yaml", "name: dates\nowner: data\npartitioning: {unit: month, column: month, start: 2024-01, end: 2024-04}\ndatasets:\n  gold.dates: {key: [date], generated: true}\n" + Limits);
        workspace.Contract("dates", "gold.dates", "date DATE, month VARCHAR");
        workspace.Model("dates", "gold.dates", "SELECT CAST(d AS DATE) AS date, $partition AS month FROM generate_series($partition_start, $partition_end - INTERVAL 1 DAY, INTERVAL 1 DAY) AS t(d)");

        (await CallAsync(workspace, "run", "pipelines/dates")).ShouldSucceed();

        Assert.Equal("[[\"2024-01\",31],[\"2024-02\",29],[\"2024-03\",31]]", await RowsAsync(workspace, "select month, count(*) from gold.dates group by 1 order by 1"));
        Assert.Contains("nothing to do, 3 partitions up to date", (await CallAsync(workspace, "run", "pipelines/dates")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfAListThatReadsAWholeTable_MakesEachValueInItsOrder()
    {
        using var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, place", "silver.shop: {key: [id]}");
        workspace.Contract("shop", "silver.shop", "id VARCHAR, place VARCHAR, day DATE");
        workspace.Model("shop", "silver.shop", "SELECT id, place, day FROM bronze.shop");
        workspace.Day("shop", 1, "id,place\n1,north\n2,south\n");
        workspace.Day("shop", 2, "id,place\n3,north\n");
        workspace.Write("pipelines/places/pipeline.yaml", "name: places\nowner: data\npartitioning: {unit: list, column: place, values: [south, north, east]}\ninputs:\n  silver.shop: {pipeline: shop, partitions: all}\ndatasets:\n  gold.places: {key: [place]}\n" + Limits);
        workspace.Contract("places", "gold.places", "place VARCHAR, n BIGINT");
        workspace.Model("places", "gold.places", "SELECT $partition AS place, count(*) AS n FROM silver.shop WHERE place = $partition");
        Assert.Contains("nothing to do", (await CallAsync(workspace, "plan", "pipelines/places")).ShouldSucceed().Output, StringComparison.Ordinal);
        (await CallAsync(workspace, "run", "pipelines/shop")).ShouldSucceed();

        var plan = CovidWorkspace.Parse((await CallAsync(workspace, "plan", "pipelines/places", "--partitions", "south..north", "--json")).ShouldSucceed().Output);
        (await CallAsync(workspace, "run", "pipelines/places")).ShouldSucceed();

        Assert.Equal(["south", "north"], plan.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("partition").GetString()));
        Assert.Equal("[[\"east\",0],[\"north\",2],[\"south\",1]]", await RowsAsync(workspace, "select place, n from gold.places order by 1"));
    }

    [Fact]
    public async Task Run_ThatReadsTheLatestOfAList_GoesByItsOrderAndIsMadeAgainWhenANewerOneComes()
    {
        using var workspace = new SmallWorkspace();
        workspace.Pipeline("sizes", "id", "silver.sizes: {key: [id]}");
        workspace.Edit("pipelines/sizes/pipeline.yaml", "unit: day, column: day, start: 2024-05-01", "unit: list, column: day, values: [small, medium, large]");
        workspace.Edit("pipelines/sizes/pipeline.yaml", "{yyyy}-{MM}-{dd}.csv", "{partition}.csv");
        workspace.Edit("pipelines/sizes/contracts/bronze.sizes.odcs.yaml", "logicalType: date, physicalType: DATE", "logicalType: string, physicalType: VARCHAR");
        workspace.Contract("sizes", "silver.sizes", "id VARCHAR, day VARCHAR");
        workspace.Model("sizes", "silver.sizes", "SELECT id, day FROM bronze.sizes WHERE day = $partition");
        workspace.Write("pipelines/sizes/sample/medium.csv", "id\n1");
        workspace.Write("pipelines/sizes/sample/small.csv", "id\n2");
        workspace.Write("pipelines/newest/pipeline.yaml", "name: newest\nowner: data\npartitioning: {unit: static, column: part}\ninputs:\n  silver.sizes: {pipeline: sizes, partitions: latest}\ndatasets:\n  gold.newest: {key: [part]}\n" + Limits);
        workspace.Contract("newest", "gold.newest", "size VARCHAR, part VARCHAR");
        workspace.Model("newest", "gold.newest", "SELECT string_agg(day, ',') AS size, $partition AS part FROM silver.sizes");
        await workspace.RunAsync("sizes");
        await workspace.RunAsync("newest");
        Assert.Equal(["medium"], await workspace.RowsAsync("size", "gold.newest"));

        workspace.Write("pipelines/sizes/sample/large.csv", "id\n3");
        await workspace.RunAsync("sizes");

        Assert.Contains("newest partition is large now, medium was read", (await CallAsync(workspace, "plan", "pipelines/newest")).ShouldSucceed().Output, StringComparison.Ordinal);
        await workspace.RunAsync("newest");
        Assert.Equal(["large"], await workspace.RowsAsync("size", "gold.newest"));
        Assert.Contains("nothing to do", (await CallAsync(workspace, "plan", "pipelines/newest")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    private static Task<CliResult> CallAsync(SmallWorkspace workspace, params string[] arguments) => OrchestratorProcess.RunAsync(workspace.At("."), arguments);

    private static async Task<string> RowsAsync(SmallWorkspace workspace, string sql) =>
        CovidWorkspace.Parse((await CallAsync(workspace, "query", sql, "--json")).ShouldSucceed().Output).GetProperty("rows").GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
}
