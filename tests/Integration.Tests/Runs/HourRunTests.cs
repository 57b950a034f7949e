using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>Hours of a night in which the clocks go back, in a column of instants.</summary>
public sealed class HourRunTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public HourRunTests()
    {
        _workspace.Pipeline("meter", "id, amount", "silver.readings: {key: [id], rows: conserve}\nsilver.last: {key: [id, day], merge: upsert}\ngold.sums: {key: [day], reads: {silver.readings: {lookback: 1}}}");
        _workspace.Edit("pipelines/meter/pipeline.yaml", "unit: day, column: day, start: 2024-05-01", "unit: hour, column: day");
        _workspace.Edit("pipelines/meter/pipeline.yaml", "{yyyy}-{MM}-{dd}.csv", "{yyyy}-{MM}-{dd}T{HH}.csv");
        _workspace.Contract("meter", "silver.readings", "id BIGINT, amount BIGINT, day TIMESTAMPTZ");
        _workspace.Contract("meter", "silver.last", "id BIGINT, amount BIGINT, day TIMESTAMPTZ");
        _workspace.Contract("meter", "gold.sums", "total BIGINT, day TIMESTAMPTZ");
        _workspace.Edit("pipelines/meter/contracts/bronze.meter.odcs.yaml", "{name: day, logicalType: date, physicalType: DATE}", "{name: day, logicalType: timestamp, physicalType: TIMESTAMPTZ}");
        _workspace.Edit("pipelines/meter/contracts/silver.readings.odcs.yaml", "{name: amount, logicalType: integer, physicalType: BIGINT}", "{name: amount, logicalType: integer, physicalType: BIGINT, required: true}");
        foreach (var dataset in new[] { "silver.readings", "silver.last" })
        {
            _workspace.Model("meter", dataset, "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(amount AS BIGINT) AS amount, day FROM bronze.meter");
        }

        _workspace.Model("meter", "gold.sums", "SELECT CAST(sum(amount) AS BIGINT) AS total, $partition_start AS day FROM silver.readings");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Run_OfHours_KeepsBadRowsAsideAndMakesAgainWhatReadsAChangedHour()
    {
        Hour("2024-10-27T00", "1,10\n2,x");
        Hour("2024-10-27T01", "1,100\n3,y");
        await _workspace.RunAsync("meter");
        Hour("2024-10-27T00", "1,20\n2,30");
        await _workspace.RunAsync("meter");

        Assert.Equal(["1|100|2024-10-27 01:00:00+00", "1|20|2024-10-27 00:00:00+00", "2|30|2024-10-27 00:00:00+00"], await _workspace.RowsAsync("id, amount, day", "silver.readings"));
        Assert.Equal(["1|100|2024-10-27 01:00:00+00", "1|20|2024-10-27 00:00:00+00", "2|30|2024-10-27 00:00:00+00", "3|-|2024-10-27 01:00:00+00"], await _workspace.RowsAsync("id, amount, day", "silver.last"));
        Assert.Equal(["150|2024-10-27 01:00:00+00", "50|2024-10-27 00:00:00+00"], await _workspace.RowsAsync("total, day", "gold.sums"));
        Assert.Equal(["2024-10-27T01:00:00.000000Z|amount.required"], await _workspace.RowsAsync("partition, rules", "_quarantine.silver_readings"));
    }

    [Fact]
    public async Task Quarantine_OfAnHourByItsKey_ShowsItsRowsAndTriesThemAgain()
    {
        Hour("2024-10-27T00", "1,10\n2,x");
        Hour("2024-10-27T01", "1,100\n3,y");
        await _workspace.RunAsync("meter");

        var shown = (await _workspace.CallAsync("quarantine", "show", "--dataset", "silver.readings", "--partition", "2024-10-27T01")).ShouldSucceed();
        var tried = (await _workspace.CallAsync("quarantine", "redrive", "pipelines/meter", "--partition", "2024-10-27T01")).ShouldSucceed();

        Assert.EndsWith("1 row", shown.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("1 still failing", tried.Output, StringComparison.Ordinal);
    }

    private void Hour(string hour, string rows) => _workspace.Write($"pipelines/meter/sample/{hour}.csv", "id,amount\n" + rows);
}
