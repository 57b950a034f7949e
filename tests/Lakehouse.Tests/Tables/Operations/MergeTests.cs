using System.Globalization;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class MergeTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Merge_OfAFewKeys_TouchesOnlyFilesThatHoldThem()
    {
        await _t.CreateAsync("id BIGINT; name VARCHAR; v BIGINT");
        await using var small = _t.Open(new TableOperationOptions { RowsPerFile = 100 });
        await small.AppendAsync("SELECT range AS id, 'n' || range AS name, 0 AS v FROM range(1000)");
        var before = (await _t.HeadAsync()).Files.Keys.ToArray();
        var result = await _t.Operations.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (5, 1), (7, 2), (310, 3), (5000, 4)) v(id, v)", Keys = ["id"] });
        Assert.Equal((3L, 1L, 2L, 197L), (result["numTargetRowsUpdated"], result["numTargetRowsInserted"], result["numTargetFilesRemoved"], result["numTargetRowsCopied"]));
        Assert.Equal(8, (await _t.HeadAsync()).Files.Keys.Intersect(before).Count());
        Assert.Equal(["1001 10"], await _t.RowsAsync("select count(*), sum(v) from gold.t"));
        Assert.Equal(["310 n310 3", "5000 - 4"], await _t.RowsAsync("select id, name, v from gold.t where v > 2 order by id"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("file_index")]
    public async Task MergeHistory_WritesOnlyFilesAnewInWhichAStateEnds(string? column)
    {
        var name = column ?? "v";
        await _t.CreateAsync($"id BIGINT; {name} VARCHAR; valid_from DATE; valid_to DATE", "valid_from");
        var first = string.Join(" UNION ALL ", Enumerable.Range(1, 5).Select(day => $"SELECT range AS id, 'a' AS {name}, DATE '2024-01-0{day}' AS valid_from FROM range({day * 10}, {(day * 10) + 10})"));
        await _t.Operations.MergeHistoryAsync(first, ["id"], current: null);
        var before = (await _t.HeadAsync()).Files.Keys.ToArray();
        Assert.Equal(5, before.Length);

        // States of every file's keys come; one of them is new.
        var result = await _t.Operations.MergeHistoryAsync($"SELECT range AS id, CASE WHEN range = 35 THEN 'b' ELSE 'a' END AS {name}, DATE '2024-02-01' AS valid_from FROM range(10, 60)", ["id"], current: null);
        Assert.Equal((1L, 1L, 2L), (result["numTargetRowsInserted"], result["numTargetFilesRemoved"], result["numTargetFilesAdded"]));
        Assert.Equal(4, (await _t.HeadAsync()).Files.Keys.Intersect(before).Count());
        Assert.Equal(["51 50"], await _t.RowsAsync("select count(*), count(*) filter (where valid_to is null) from gold.t"));
        Assert.Equal(["a 2024-01-03 2024-02-01", "b 2024-02-01 -"], await _t.RowsAsync($"select {name}, valid_from::varchar, valid_to::varchar from gold.t where id = 35 order by 2"));
    }

    [Fact]
    public async Task Merge_WithConditions_DoesWhatEachSays()
    {
        await _t.CreateAsync("id INTEGER; v VARCHAR; n INTEGER");
        await _t.Operations.AppendAsync("SELECT * FROM (VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4), (NULL, 'e', 5)) v(id, v, n)");
        var result = await _t.Operations.MergeAsync(new MergeRequest
        {
            Source = "SELECT * FROM (VALUES (1, 'A', 'u'), (2, 'B', 'd'), (3, 'C', 'n'), (8, 'H', 'u'), (9, 'I', 'n'), (NULL, 'J', 'u')) v(id, v, op)",
            Keys = ["id"],
            DeleteWhen = "s.op = 'd'",
            UpdateWhen = "s.op = 'u'",
            Set = new Dictionary<string, string> { ["v"] = "s.v || t.v", ["n"] = "t.n + 10" },
            InsertWhen = "s.op = 'u'",
            DeleteUnmatchedWhen = "t.n = 4",
        });
        Assert.Equal((1L, 1L, 1L, 2L, 2L), (result["numTargetRowsUpdated"], result["numTargetRowsMatchedDeleted"], result["numTargetRowsNotMatchedBySourceDeleted"], result["numTargetRowsInserted"], result["numTargetRowsCopied"]));
        Assert.Equal(["1 Aa 11", "3 c 3", "8 H -", "- J -", "- e 5"], await _t.RowsAsync("select id, v, n from gold.t order by id, v"));
        Assert.Equal("""[{"predicate":"s.op = 'd'","actionType":"delete"},{"predicate":"s.op = 'u'","actionType":"update"}]""", (string?)(await _t.Table.CommitsAsync(1, 2))[0].Info!["operationParameters"]!["matchedPredicates"]);
    }

    [Fact]
    public async Task Merge_OfOneKeyTwice_IsRefused()
    {
        await _t.CreateAsync("id INTEGER; v VARCHAR");
        Assert.Equal("merge.ambiguous", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (1, 'a'), (1, 'b')) v(id, v)", Keys = ["id"] }))).Code);
    }

    [Fact]
    public async Task Upsert_OfWhatIsThere_CommitsNothing()
    {
        await _t.CreateAsync("id INTEGER; k VARCHAR; v VARCHAR", "k");
        Assert.Equal(1, (await _t.Operations.UpsertAsync("SELECT 1 AS id, 'x' AS k, NULL AS v", ["id", "k"])).Version);
        Assert.Null((await _t.Operations.UpsertAsync("SELECT 1 AS id, 'x' AS k, NULL AS v", ["id", "k"])).Version);
        Assert.Equal(2, (await _t.Operations.UpsertAsync("SELECT * FROM (VALUES (1, 'x', 'new'), (1, 'y', 'other')) v(id, k, v)", ["id", "k"])).Version);
        Assert.Equal(["x new", "y other"], await _t.RowsAsync("select k, v from gold.t order by k"));
    }

    [Theory]
    [InlineData(1, "k")]
    [InlineData(2, null)]
    [InlineData(3, "k")]
    public async Task Merge_OfRandomRows_IsWhatADictionaryIs(int seed, string? partition)
    {
        var random = new Random(seed);
        await _t.CreateAsync("id INTEGER; k VARCHAR; v INTEGER", partition);
        var model = new SortedDictionary<int, (string K, int V)>();
        await using var small = _t.Open(new TableOperationOptions { RowsPerFile = 7 });
        for (var round = 0; round < 12; round++)
        {
            var rows = Enumerable.Range(0, 1 + random.Next(12)).Select(_ => (Id: random.Next(60), K: "xyz"[random.Next(3)].ToString(), V: random.Next(100))).DistinctBy(r => r.Id).ToArray();
            var source = $"SELECT * FROM (VALUES {string.Join(", ", rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"({r.Id}, '{r.K}', {r.V})")))}) v(id, k, v)";
            var deletes = random.Next(3) == 0;
            await small.MergeAsync(new MergeRequest { Source = source, Keys = ["id"], DeleteWhen = deletes ? "s.v > 60" : null });
            foreach (var (id, k, v) in rows)
            {
                if (deletes && v > 60 && model.Remove(id))
                {
                    continue;
                }

                model[id] = (k, v);
            }

            Assert.Equal(model.Select(m => $"{m.Key} {m.Value.K} {m.Value.V}"), await _t.RowsAsync("select id, k, v from gold.t order by id"));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task MergeHistory_OfStatesInAnyOrder_NeverOverlapsOrGaps(int seed)
    {
        var random = new Random(seed);
        await _t.CreateAsync("id INTEGER; name VARCHAR; price INTEGER; valid_from DATE; valid_to DATE; is_current BOOLEAN");
        await using var small = _t.Open(new TableOperationOptions { RowsPerFile = 5 });
        var events = new SortedDictionary<(int Id, int Day), (string? Name, int Price)>();
        for (var round = 0; round < 10; round++)
        {
            var states = Enumerable.Range(0, 1 + random.Next(8)).Select(_ => (Id: random.Next(6), Day: random.Next(300), Name: random.Next(4) == 0 ? null : "ab"[random.Next(2)].ToString(), Price: random.Next(3)))
                .DistinctBy(s => (s.Id, s.Day)).ToArray();
            await small.MergeHistoryAsync(
                $"SELECT * FROM (VALUES {string.Join(", ", states.Select(s => string.Create(CultureInfo.InvariantCulture, $"({s.Id}, {(s.Name is null ? "NULL" : $"'{s.Name}'")}, {s.Price}, DATE '2024-01-01' + {s.Day})")))}) v(id, name, price, valid_from)",
                ["id"]);
            foreach (var s in states)
            {
                events[(s.Id, s.Day)] = (s.Name, s.Price);
            }

            await CheckAsync(events);
        }

        // The same states again say nothing new.
        var version = (await _t.HeadAsync()).Version;
        Assert.Null((await small.MergeHistoryAsync("SELECT id, name, price, valid_from FROM (SELECT 0::INTEGER AS id, 'a' AS name, 0 AS price, DATE '2024-01-01' AS valid_from) WHERE false", ["id"])).Version);
        Assert.Equal(version, (await _t.HeadAsync()).Version);
    }

    /// <summary>At each day each key has the state of the last event, one row each; without gap and overlap; only the newest is open.</summary>
    private async Task CheckAsync(SortedDictionary<(int Id, int Day), (string? Name, int Price)> events)
    {
        Assert.Equal(["0"], await _t.RowsAsync("select count(*) from (select valid_to, lead(valid_from) over (partition by id order by valid_from) as following, is_current from gold.t) where valid_to is distinct from following or is_current is distinct from (following is null)"));
        Assert.Equal(["0"], await _t.RowsAsync("select count(*) from (select name is not distinct from lag(name) over w and price = lag(price) over w as same from gold.t window w as (partition by id order by valid_from)) where same"));
        foreach (var day in new[] { 0, 60, 150, 299 })
        {
            var expected = events.Where(e => e.Key.Day <= day).GroupBy(e => e.Key.Id).Select(g => g.Last()).Select(e => $"{e.Key.Id} {e.Value.Name ?? "-"} {e.Value.Price}");
            Assert.Equal(
                expected,
                await _t.RowsAsync(string.Create(CultureInfo.InvariantCulture, $"select id, name, price from gold.t where valid_from <= date '2024-01-01' + {day} and (valid_to is null or valid_to > date '2024-01-01' + {day}) order by id")));
        }
    }
}
