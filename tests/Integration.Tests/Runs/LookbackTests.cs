namespace Integration.Tests.Runs;

/// <summary>Partitions that read earlier ones, made again when one of those comes late: each by itself, whatever its model takes its day from.</summary>
public sealed class LookbackTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("1 2 3 4")]
    [InlineData("4 3 2 1")]
    [InlineData("3 1 4 2")]
    public async Task Run_OfDaysInAnyOrder_GivesEachTheSumOverItsOwnWindow(string order)
    {
        _workspace.Pipeline("shop", "id, amount", "silver.sales: {key: [id]}\ngold.sums: {key: [day], reads: {silver.sales: {lookback: 1}}}");
        _workspace.Contract("shop", "silver.sales", "id BIGINT, amount BIGINT, day DATE");
        _workspace.Contract("shop", "gold.sums", "total BIGINT, day DATE");
        _workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");

        // The window alone says which days are summed.
        _workspace.Model("shop", "gold.sums", "SELECT CAST(sum(amount) AS BIGINT) AS total, $partition_date AS day FROM silver.sales");
        foreach (var day in order.Split(' ').Select(int.Parse))
        {
            _workspace.Day("shop", day, $"id,amount\n{day},{Math.Pow(10, day)}");
            await _workspace.RunAsync("shop");
        }

        Assert.Equal(["10|2024-05-01", "11000|2024-05-04", "1100|2024-05-03", "110|2024-05-02"], await _workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_OfAChangedDay_MakesAgainWhatReadsItThroughOthers()
    {
        _workspace.Pipeline(
            "shop",
            "id, amount",
            "silver.sales: {key: [id]}\ngold.sums: {key: [day], reads: {silver.sales: {lookback: 1}}}\n"
                + "gold.doubles: {key: [day], rows: conserve}\ngold.trend: {key: [day], reads: {gold.sums: {lookback: 2}}}");
        _workspace.Contract("shop", "silver.sales", "id BIGINT, amount BIGINT, day DATE");
        _workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        foreach (var (name, sql) in new[]
        {
            ("sums", "SELECT CAST(sum(amount) AS BIGINT) AS total, $partition_date AS day FROM silver.sales"),
            ("doubles", "SELECT CAST(2 * total AS BIGINT) AS total, day FROM gold.sums"),
            ("trend", "SELECT CAST(sum(total) AS BIGINT) AS total, $partition_date AS day FROM gold.sums"),
        })
        {
            _workspace.Contract("shop", $"gold.{name}", "total BIGINT, day DATE");
            _workspace.Model("shop", $"gold.{name}", sql);
        }

        foreach (var day in Enumerable.Range(1, 6))
        {
            _workspace.Day("shop", day, $"id,amount\n{day},1");
        }

        await _workspace.RunAsync("shop");
        Assert.Equal(["1|2024-05-01", "3|2024-05-02", "5|2024-05-03", "6|2024-05-04", "6|2024-05-05", "6|2024-05-06"], (await _workspace.RowsAsync("total, day", "gold.trend")).OrderBy(r => r[^2..]));

        _workspace.Day("shop", 2, "id,amount\n2,101");
        await _workspace.RunAsync("shop");

        Assert.Equal(["1|2024-05-01", "102|2024-05-02", "102|2024-05-03", "2|2024-05-04", "2|2024-05-05", "2|2024-05-06"], (await _workspace.RowsAsync("total, day", "gold.sums")).OrderBy(r => r[^2..]));
        Assert.Equal(["2|2024-05-01", "204|2024-05-02", "204|2024-05-03", "4|2024-05-04", "4|2024-05-05", "4|2024-05-06"], (await _workspace.RowsAsync("total, day", "gold.doubles")).OrderBy(r => r[^2..]));
        Assert.Equal(["1|2024-05-01", "103|2024-05-02", "205|2024-05-03", "206|2024-05-04", "106|2024-05-05", "6|2024-05-06"], (await _workspace.RowsAsync("total, day", "gold.trend")).OrderBy(r => r[^2..]));
    }
}
