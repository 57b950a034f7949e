using Lakehouse.Delta;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class ChangeTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public async ValueTask InitializeAsync()
    {
        await _t.CreateAsync("id BIGINT; k VARCHAR; v VARCHAR", "k");
        await _t.Operations.AppendAsync("SELECT * FROM (VALUES (1, 'x', 'a'), (2, 'x', 'b'), (3, 'y', 'c'), (4, 'y', NULL)) v(id, k, v)");
        await _t.Operations.AppendAsync("SELECT 5 AS id, 'x' AS k, 'e' AS v");
    }

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Theory]
    [InlineData("id = 1", 1, 1, 1, "2 3 4 5")]
    [InlineData("k = 'x'", 3, 2, 0, "3 4")]
    [InlineData("k = 'x' AND id IN (1, 2)", 2, 1, 0, "3 4 5")]
    [InlineData("k = 'x' OR v = 'c'", 4, 3, 1, "4")]
    [InlineData("v <> 'a'", 3, 3, 2, "1 4")]
    [InlineData("v IS NULL -- why", 1, 1, 1, "1 2 3 5")]
    [InlineData("true", 5, 3, 0, "")]
    public async Task Delete_ByCondition_RewritesOnlyWhatHoldsRows(string condition, int rows, int removed, int added, string left)
    {
        var result = await _t.Operations.DeleteAsync(condition);
        Assert.Equal((rows, removed, added), (result["numDeletedRows"], result["numRemovedFiles"], result["numAddedFiles"]));
        Assert.Equal(left, string.Join(' ', await _t.RowsAsync("select id from gold.t order by id")));
        Assert.Equal("DELETE", (string?)(await _t.Table.CommitsAsync(2, 3))[0].Info!["operation"]);
    }

    [Theory]
    [InlineData("id = 99")]
    [InlineData("k = 'w' AND id = 1")]
    public async Task Delete_OfNothing_CommitsNothing(string condition)
    {
        Assert.Null((await _t.Operations.DeleteAsync(condition)).Version);
        Assert.Equal(2, (await _t.HeadAsync()).Version);
    }

    [Fact]
    public async Task Update_OfRows_ChangesThemAndMovesThemBetweenPartitions()
    {
        var result = await _t.Operations.UpdateAsync(new Dictionary<string, string> { ["v"] = "upper(v) || id", ["k"] = "'w'" }, "id IN (1, 4)");
        Assert.Equal((2L, 2L), (result["numUpdatedRows"], result["numCopiedRows"]));
        Assert.Equal(["1 w A1", "2 x b", "3 y c", "4 w -", "5 x e"], await _t.RowsAsync("select id, k, v from gold.t order by id"));
        Assert.Equal("schema.column", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.UpdateAsync(new Dictionary<string, string> { ["nope"] = "1" }))).Code);
    }

    [Fact]
    public async Task Change_WithTheFeedOn_TellsRowByRow()
    {
        await _t.Operations.SetPropertiesAsync(new Dictionary<string, string> { ["delta.enableChangeDataFeed"] = "true" });
        Assert.Equal((1, 7, "appendOnly changeDataFeed invariants"), ((await _t.HeadAsync()).Protocol.MinReaderVersion, (await _t.HeadAsync()).Protocol.MinWriterVersion, string.Join(' ', (await _t.HeadAsync()).Protocol.WriterFeatures.Order(StringComparer.Ordinal))));
        await _t.Operations.UpdateAsync(new Dictionary<string, string> { ["v"] = "'new'" }, "id = 3");
        await _t.Operations.DeleteAsync("id = 2");
        await _t.Operations.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (1, 'x', 'm'), (9, 'y', 'i'), (5, 'x', NULL)) v(id, k, v)", Keys = ["id"], DeleteWhen = "s.v IS NULL" });
        await _t.Operations.DeleteAsync("k = 'y'");
        Assert.Equal(["3 y c update_preimage", "3 y new update_postimage"], await FeedAsync(4));
        Assert.Equal(["2 x b delete"], await FeedAsync(5));
        Assert.Equal(["1 x a update_preimage", "1 x m update_postimage", "5 x e delete", "9 y i insert"], await FeedAsync(6));
        Assert.Empty(await FeedAsync(7)); // Whole files went: their removal says it all.
        Assert.Equal(["1 x m"], await _t.RowsAsync("select id, k, v from gold.t"));
    }

    [Fact]
    public async Task Change_OnATableThatOnlyGrows_IsRefused()
    {
        await _t.Operations.SetPropertiesAsync(new Dictionary<string, string> { ["delta.appendOnly"] = "true" });
        Assert.Equal("delta.append_only", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.DeleteAsync("id = 1"))).Code);
        Assert.Equal("delta.append_only", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.OverwriteAsync("SELECT 1 AS id"))).Code);
        await _t.Operations.AppendAsync("SELECT 6 AS id, 'x' AS k");
        Assert.Equal(["6"], await _t.RowsAsync("select count(*) from gold.t"));
        Assert.Equal((await _t.HeadAsync()).Files.Count, _t.DataFiles().Length); // What the refused ones wrote is gone again.
    }

    private async Task<string[]> FeedAsync(long version)
    {
        var rows = new List<string>();
        foreach (var file in (await _t.ActionsAsync(version)).OfType<CdcFile>())
        {
            var path = Path.Combine(_t.Folder, Uri.UnescapeDataString(file.Path));
            Assert.StartsWith("_change_data/k=", file.Path);
            rows.AddRange(_t.Connection.Query($"SELECT id, v, _change_type FROM read_parquet('{path}', hive_partitioning = false)").Rows.Select(r => $"{r[0]} {file.PartitionValues["k"]} {r[1]} {r[2]}"));
        }

        return [.. rows.OrderBy(r => r.Split(' ')[0], StringComparer.Ordinal).ThenByDescending(r => r.Split(' ')[3], StringComparer.Ordinal)];
    }
}
