using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class CompactTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Compact_SmallFiles_PutsThemTogetherByPartition()
    {
        await _t.CreateAsync("id BIGINT; k VARCHAR", "k");
        for (var i = 0; i < 5; i++)
        {
            await _t.Operations.AppendAsync($"SELECT range + {i * 10} AS id, CASE WHEN range % 2 = 0 THEN 'x' ELSE 'y' END AS k FROM range(10)");
        }

        var before = await _t.RowsAsync("select id, k from gold.t order by id");
        var result = await _t.Operations.CompactAsync(new CompactRequest { Where = "k = 'x'" });
        Assert.Equal((5L, 1L), (result["numRemovedFiles"], result["numAddedFiles"]));
        await _t.Operations.CompactAsync();
        Assert.Equal(2, (await _t.HeadAsync()).Files.Count);
        Assert.Null((await _t.Operations.CompactAsync()).Version);
        Assert.Equal(before, await _t.RowsAsync("select id, k from gold.t order by id"));
        var commit = (await _t.Table.CommitsAsync(5, 6))[0];
        Assert.Equal(("OPTIMIZE", "SnapshotIsolation", false), ((string)commit.Info!["operation"]!, (string)commit.Info["isolationLevel"]!, (bool)commit.Info["isBlindAppend"]!));
        Assert.All(commit.Actions.OfType<AddFile>(), a => Assert.False(a.DataChange));
        Assert.All(commit.Actions.OfType<RemoveFile>(), r => Assert.False(r.DataChange));
        Assert.Equal("compact.where", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.CompactAsync(new CompactRequest { Where = "id > 3" }))).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Compact_Clustering_LetsStatisticsExcludeFiles(bool z)
    {
        await _t.CreateAsync("a BIGINT; b BIGINT");
        await _t.Operations.AppendAsync("SELECT (range * 7919) % 10000 AS a, (range * 104729) % 10000 AS b FROM range(10000)");
        var before = (await _t.HeadAsync()).Files.Values.Sum(f => f.Size);
        await _t.Operations.CompactAsync(new CompactRequest { TargetBytes = before / 16, SortBy = z ? [] : ["a"], ZOrderBy = z ? ["a", "b"] : [] });
        var files = (await _t.HeadAsync()).Files.Values.Select(f => JsonNode.Parse(f.Stats!)!).ToArray();
        Assert.InRange(files.Length, 16, 17);
        int Holding(string column) => files.Count(f => (long)f["minValues"]![column]! <= 5000 && (long)f["maxValues"]![column]! >= 5000);
        Assert.InRange(Holding("a"), 1, z ? 9 : 2);
        Assert.InRange(Holding("b"), 1, z ? 9 : 17);
        Assert.Equal(["10000 10000 49995000"], await _t.RowsAsync("select count(*), count(distinct a), sum(b) from gold.t"));
    }
}
