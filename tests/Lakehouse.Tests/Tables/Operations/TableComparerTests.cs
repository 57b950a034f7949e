using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class TableComparerTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Compare_OfTwoVersions_TellsRowsByKeyAndColumns()
    {
        await _t.CreateAsync("id INTEGER; day VARCHAR; v VARCHAR; n INTEGER", "day");
        await _t.Operations.AppendAsync("SELECT * FROM (VALUES (1, 'a', 'x', 1), (2, 'a', 'y', NULL), (3, 'b', 'z', 3), (NULL, 'b', 'q', 4)) v(id, day, v, n)");
        await _t.Operations.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (2, 'a', 'y', 7), (4, 'b', 'new', 1)) v(id, day, v, n)", Keys = ["id", "day"] });
        await _t.Operations.DeleteAsync("id = 3");

        var diff = await new TableComparer(_t.Lake).CompareAsync("gold.t", 1, null, ["id", "day"]);

        Assert.Equal((1L, 1L, 1L), (diff.Added, diff.Removed, diff.Changed));
        Assert.Equal(new Dictionary<string, long> { ["n"] = 1 }, diff.ChangedColumns);
        Assert.Equal(["changed 2", "removed 3", "added 4"], diff.Rows.Select(r => $"{r.Change} {r.Key[0]}"));
        Assert.Equal(new ValueDiff(null, "7"), diff.Rows[0].Values["n"]);
        Assert.True((await new TableComparer(_t.Lake).CompareAsync("gold.t", diff.To, diff.To, ["id", "day"])).IsEmpty);
    }

    [Fact]
    public async Task Compare_ByAKeyThatRepeats_IsRefused()
    {
        await _t.CreateAsync("id INTEGER; v VARCHAR");
        await _t.Operations.AppendAsync("SELECT * FROM (VALUES (1, 'a'), (1, 'b')) v(id, v)");

        var refused = await Assert.ThrowsAsync<LakehouseException>(() => new TableComparer(_t.Lake).CompareAsync("gold.t", 0, 1, ["id"]));

        Assert.Equal("diff.key", refused.Code);
        Assert.Contains("Help:", refused.Message);
    }
}
