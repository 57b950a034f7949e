using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class WriteTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Append_Rows_AreReadAndToldOf()
    {
        await _t.CreateAsync("id BIGINT; name VARCHAR");
        var result = await _t.Operations.AppendAsync("SELECT 1::INTEGER AS id, 'a' AS NAME UNION ALL SELECT 2, NULL");
        Assert.Equal((1L, 2L, 1L), (result.Version!.Value, result["numOutputRows"], result["numFiles"]));
        Assert.Equal(["1 a", "2 -"], await _t.RowsAsync("select * from gold.t order by id"));
        var info = (await _t.Table.CommitsAsync(0, 1))[0].Info!;
        Assert.Equal(("WRITE", "Append", "[]", true), ((string)info["operation"]!, (string)info["operationParameters"]!["mode"]!, (string)info["operationParameters"]!["partitionBy"]!, (bool)info["isBlindAppend"]!));
        Assert.Equal("""{"numRecords":2,"minValues":{"id":1,"name":"a"},"maxValues":{"id":2,"name":"a"},"nullCount":{"id":0,"name":1}}""", (await _t.HeadAsync()).Files.Values.Single().Stats);
    }

    [Theory]
    [InlineData("SELECT 1 AS id, 2 AS other", "'other' INTEGER is not in the table")]
    [InlineData("SELECT 'x' AS id", "'id' is BIGINT in the table, VARCHAR was given")]
    [InlineData("SELECT 1.5 AS id", "DECIMAL(2,1) was given")]
    public async Task Append_OtherColumns_AreRefusedByName(string select, string said)
    {
        await _t.CreateAsync("id BIGINT");
        var e = await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AppendAsync(select));
        Assert.Equal("schema.changed", e.Code);
        Assert.Contains(said, e.Message);
        Assert.Empty(_t.DataFiles());
    }

    [Fact]
    public async Task Append_MergingTheSchema_AddsTheColumn()
    {
        await _t.CreateAsync("id BIGINT");
        await _t.Operations.AppendAsync("SELECT 1 AS id");
        await _t.Operations.AppendAsync("SELECT 2 AS id, 'n' AS extra", mergeSchema: true);
        Assert.Equal(["1 -", "2 n"], await _t.RowsAsync("select id, extra from gold.t order by id"));
        Assert.Single((await _t.ActionsAsync(2)).OfType<MetadataAction>());
    }

    [Fact]
    public async Task Append_ToPartitions_NamesThemAsSparkDoes()
    {
        await _t.CreateAsync("id BIGINT; k VARCHAR; d TIMESTAMPTZ", "k,d");
        await _t.Operations.AppendAsync("SELECT * FROM (VALUES (1, 'a/b c=ä%', TIMESTAMPTZ '2024-01-02 03:04:05.123456+00'), (2, '', NULL), (3, NULL, NULL)) v(id, k, d)");
        var files = (await _t.HeadAsync()).Files.Values.OrderBy(f => f.Stats, StringComparer.Ordinal).ToArray();
        Assert.Equal(2, files.Length);
        Assert.Equal(new Dictionary<string, string?> { ["k"] = "a/b c=ä%", ["d"] = "2024-01-02T03:04:05.123456Z" }, files[0].PartitionValues);
        Assert.Equal(new Dictionary<string, string?> { ["k"] = null, ["d"] = null }, files[1].PartitionValues);
        Assert.StartsWith("k=a%2Fb c%3Dä%25/d=2024-01-02T03%3A04%3A05.123456Z/part-", files[0].DecodedPath);
        Assert.StartsWith("k=a%252Fb%20c%253D%C3%A4%2525/d=2024-01-02T03%253A04%253A05.123456Z/part-", files[0].Path);
        Assert.True(File.Exists(Path.Combine(_t.Folder, files[0].DecodedPath)));
        Assert.StartsWith("k=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__/", files[1].Path);
    }

    [Fact]
    public async Task Append_MoreThanAFileTakes_IsSplitInOrder()
    {
        await _t.CreateAsync("id BIGINT; k VARCHAR", "k");
        await using var small = _t.Open(new TableOperationOptions { RowsPerFile = 10 });
        await small.AppendAsync("SELECT range AS id, CASE WHEN range < 15 THEN 'x' ELSE 'y' END AS k FROM range(40)");
        Assert.Equal(
            [("x", 0L, 9L), ("x", 10L, 14L), ("y", 15L, 24L), ("y", 25L, 34L), ("y", 35L, 39L)],
            (await _t.HeadAsync()).Files.Values.Select(f => (f.PartitionValues["k"]!, (long)Stats(f)["minValues"]!["id"]!, (long)Stats(f)["maxValues"]!["id"]!)).Order());
        Assert.Equal(["x 15", "y 25"], await _t.RowsAsync("select k, count(*) from gold.t group by k order by k"));
    }

    [Fact]
    public async Task Overwrite_InItsForms_ReplacesWhatItSays()
    {
        await _t.CreateAsync("id BIGINT; k VARCHAR", "k");
        await _t.Operations.AppendAsync("SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (3, 'z')) v(id, k)");
        await _t.Operations.OverwritePartitionsAsync("SELECT 20 AS id, 'y' AS k");
        Assert.Equal(["1 x", "20 y", "3 z"], await _t.RowsAsync("select id, k from gold.t order by k"));

        await _t.Operations.ReplaceWhereAsync("k = 'x' AND id < 10", "SELECT 5 AS id, 'x' AS k");
        Assert.Equal(["5 x", "20 y", "3 z"], await _t.RowsAsync("select id, k from gold.t order by k"));
        Assert.Equal("write.outside", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.ReplaceWhereAsync("k = 'x'", "SELECT 5 AS id, 'y' AS k"))).Code);

        await _t.Operations.OverwriteAsync("SELECT 9 AS id, 'w' AS k");
        Assert.Equal(["9 w"], await _t.RowsAsync("select id, k from gold.t"));
        await _t.Operations.OverwriteAsync("SELECT 'text' AS id, 'w' AS k, 1.5 AS v", overwriteSchema: true);
        Assert.Equal(["text w 1.5"], await _t.RowsAsync("select id, k, v from gold.t"));
        var parameters = (await _t.Table.CommitsAsync(1, 5)).Select(c => c.Info!["operationParameters"]!.AsObject()).ToArray();
        Assert.Equal([true, null], parameters[..2].Select(p => (bool?)p["isDynamicPartitionOverwrite"]));
        Assert.Equal("k = 'x' AND id < 10", (string?)parameters[1]["predicate"]);
    }

    [Fact]
    public async Task Append_Repeated_IsSkippedByItsEpoch()
    {
        await _t.CreateAsync("id BIGINT");
        for (var i = 0; i < 3; i++)
        {
            await using var again = _t.Open(new TableOperationOptions { Application = "pipeline/gold.t/2024", Epoch = 7, Info = new JsonObject { ["runId"] = "r" } });
            var result = await again.AppendAsync("SELECT 1 AS id");
            Assert.Equal((1L, i > 0), (result.Version!.Value, result.AlreadyThere));
        }

        Assert.Equal(["1"], await _t.RowsAsync("select * from gold.t"));
        Assert.Single(_t.DataFiles());
    }

    [Fact]
    public async Task Append_WithoutRows_CommitsNoFile()
    {
        await _t.CreateAsync("id BIGINT");
        Assert.Equal(1, (await _t.Operations.AppendAsync("SELECT 1 AS id WHERE false")).Version);
        Assert.Empty(_t.DataFiles());
        Assert.Empty((await _t.HeadAsync()).Files);
    }

    private static JsonNode Stats(AddFile file) => JsonNode.Parse(file.Stats!)!;
}
