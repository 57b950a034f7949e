using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>A pipeline that is changed after it has run: what cannot be right beside the rows that are there is refused before anything is published.</summary>
public sealed class ChangedPipelineTests
{
    [Fact]
    public async Task Run_WithoutAColumnThatATableHas_PublishesNothingAtAll()
    {
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");
        workspace.Contract("shop", "gold.sums", "amounts BIGINT, day DATE");
        workspace.Edit("pipelines/shop/models/gold.sums.sql", "AS total", "AS amounts");
        workspace.Day("shop", 1, "id,amount\n1,99");

        await RefusedAsync(workspace, "[schema.changed]", "'total' BIGINT is missing");

        Assert.Equal(["1|10"], await workspace.RowsAsync("id, amount", "silver.sales"));
        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_ByAnotherPartitionColumn_IsRefusedBeforeAnythingIsPublished()
    {
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");
        workspace.Contract("shop", "gold.sums", "total BIGINT, day DATE, d DATE");
        workspace.Edit("pipelines/shop/models/gold.sums.sql", "AS day", "AS day, $partition_date AS d");
        workspace.Edit("pipelines/shop/pipeline.yaml", "gold.sums: {key: [day]", "gold.sums: {partition_column: d, key: [d]");

        await RefusedAsync(workspace, "[schema.changed]", "is partitioned by 'day', the rows by 'd'");

        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_OfAWholeTableWithOtherColumns_ShowsItsFailuresAllTheSame()
    {
        using var workspace = SmallWorkspace.Shop();
        await workspace.RunAsync("shop");
        foreach (var file in new[] { "contracts/silver.sales.odcs.yaml", "contracts/gold.sums.odcs.yaml", "contracts/bronze.shop.odcs.yaml" })
        {
            workspace.Edit($"pipelines/shop/{file}", "{name: day,", "{name: d,");
        }

        workspace.Edit("pipelines/shop/pipeline.yaml", "column: day", "column: d");
        workspace.Edit("pipelines/shop/pipeline.yaml", "{key: [day]", "{key: [d]");
        workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(amount AS BIGINT) AS amount, d FROM bronze.shop WHERE d = $partition_date");
        workspace.Edit("pipelines/shop/models/gold.sums.sql", "AS day", "AS d");

        await RefusedAsync(workspace, "[schema.changed]", "partitions: 0 done, 0 skipped, 1 failed");
    }

    [Fact]
    public async Task Run_ByAnotherUnit_IsRefusedUntilTheTablesAreRemoved()
    {
        using var workspace = SmallWorkspace.Shop();
        workspace.Day("shop", 2, "id,amount\n3,5\n4,6");
        await workspace.RunAsync("shop");
        workspace.Edit("pipelines/shop/pipeline.yaml", "unit: day, column: day, start: 2024-05-01", "unit: month, column: day, start: 2024-05");
        workspace.Edit("pipelines/shop/pipeline.yaml", "{yyyy}-{MM}-{dd}.csv", "{yyyy}-{MM}-*.csv");

        await RefusedAsync(workspace, "[dataset.partitioning]", "has partition '2024-05-01'");
        Assert.Equal(["10|2024-05-01", "21|2024-05-02"], await workspace.RowsAsync("total, day", "gold.sums"));

        foreach (var table in new[] { "bronze/shop", "silver/sales", "gold/sums", "_quarantine/silver_sales" })
        {
            Directory.Delete(Path.Combine(workspace.Lake, table), recursive: true);
        }

        await workspace.RunAsync("shop");
        Assert.Equal(["21|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_OfDaysOfAnotherZone_IsRefusedWhereTheTableHoldsTheirTimes()
    {
        using var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id", "silver.sales: {key: [id]}");
        workspace.Edit("pipelines/shop/pipeline.yaml", "start: 2024-05-01", "start: 2024-05-01, time_zone: Europe/Berlin");
        workspace.Edit("pipelines/shop/contracts/bronze.shop.odcs.yaml", "{name: day, logicalType: date, physicalType: DATE}", "{name: day, logicalType: timestamp, physicalType: TIMESTAMPTZ}");
        workspace.Contract("shop", "silver.sales", "id VARCHAR, day TIMESTAMPTZ");
        workspace.Model("shop", "silver.sales", "SELECT id, day FROM bronze.shop WHERE day = $partition_start");
        workspace.Day("shop", 1, "id\n1\n2");
        await workspace.RunAsync("shop");
        workspace.Edit("pipelines/shop/pipeline.yaml", "Europe/Berlin", "America/New_York");

        await RefusedAsync(workspace, "[dataset.partitioning]", "it is no day of zone 'America/New_York'");

        Assert.Equal(["2"], await workspace.RowsAsync("count(*)", "silver.sales"));
    }

    [Theory]
    [InlineData("", ", merge: upsert", "came by 'replace'")]
    [InlineData(", merge: append", ", merge: scd1", "came by 'append'")]
    [InlineData(", merge: upsert", ", merge: append", "came by 'key id'")]
    public async Task Run_ThatMergesInAnotherWay_IsRefusedWhereAKeyCouldBeThereTwice(string before, string after, string seen)
    {
        using var workspace = Merging(before);
        await workspace.RunAsync("shop");
        workspace.Edit("pipelines/shop/pipeline.yaml", $"silver.sales: {{key: [id]{before}}}", $"silver.sales: {{key: [id]{after}}}");

        await RefusedAsync(workspace, "[dataset.merge]", seen);
    }

    [Theory]
    [InlineData(", merge: upsert", "")]
    [InlineData("", ", merge: append")]
    [InlineData(", merge: append", "")]
    public async Task Run_ThatReplacesOrAppendsInPlaceOfWhatWasThere_HasEachRowOnce(string before, string after)
    {
        using var workspace = Merging(before);
        await workspace.RunAsync("shop");
        workspace.Edit("pipelines/shop/pipeline.yaml", $"silver.sales: {{key: [id]{before}}}", $"silver.sales: {{key: [id]{after}}}");

        await workspace.RunAsync("shop");

        Assert.Equal(["1|11|2024-05-01", "1|12|2024-05-02", "2|20|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
    }

    [Fact]
    public async Task Run_OfAPipelineThatGotAnotherName_DoesNotAppendItsRowsAgain()
    {
        using var workspace = Merging(", merge: append");
        await workspace.RunAsync("shop");
        Directory.Move(workspace.At("pipelines/shop"), workspace.At("pipelines/store"));
        workspace.Edit("pipelines/store/pipeline.yaml", "name: shop", "name: store");

        await RefusedAsync(workspace, "[dataset.maker]", "pipeline 'shop' has appended from the same inputs", "store");

        Assert.Equal(["3"], await workspace.RowsAsync("count(*)", "silver.sales"));
        workspace.Write("pipelines/store/sample/2024-05-03.csv", "id,amount\n7,70");
        (await workspace.CallAsync("run", "pipelines/store", "--partition", "2024-05-03")).ShouldSucceed();
        Assert.Equal(["4"], await workspace.RowsAsync("count(*)", "silver.sales"));
    }

    /// <summary>Sales of two days in which a key comes twice.</summary>
    private static SmallWorkspace Merging(string merge)
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", $"silver.sales: {{key: [id]{merge}}}");
        workspace.Contract("shop", "silver.sales", "id BIGINT, amount BIGINT, day DATE");
        workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Day("shop", 1, "id,amount\n1,11\n2,20");
        workspace.Day("shop", 2, "id,amount\n1,12");
        return workspace;
    }

    private static async Task RefusedAsync(SmallWorkspace workspace, string type, string why, string pipeline = "shop")
    {
        var refused = await workspace.CallAsync("run", $"pipelines/{pipeline}", "--parallel", "1");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(type, refused.Output, StringComparison.Ordinal);
        Assert.Contains(why, refused.Output, StringComparison.Ordinal);
    }
}
