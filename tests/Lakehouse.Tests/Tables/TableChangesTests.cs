using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;
using Lakehouse.Tests.Tables.Operations;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables;

public sealed class TableChangesTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> On = new() { ["delta.enableChangeDataFeed"] = "true" };

    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Changes_OfARecordedTable_AreThoseSparkTold()
    {
        var folder = TestPaths.Shared("golden", "delta", "tables", "s19_cdf");
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "expected.json")))!["changes"]!;
        var lake = new Lake(folder);
        var table = new DeltaTable(lake.Store, "table");
        var rows = await ReadAsync(lake, table, (long)expected["fromVersion"]!);
        Assert.Equal(
            expected["rows"]!.AsArray().Select(r => $"{r!["id"]} {r["v"]} {r["_change_type"]} {r["_commit_version"]}").Order(StringComparer.Ordinal),
            rows.Select(r => r[..r.LastIndexOf(' ')]).Order(StringComparer.Ordinal));
        Assert.Equal("delta.changes", (await Assert.ThrowsAsync<LakehouseException>(() => TableChanges.OfAsync(table, 0))).Code);
        Assert.Equal("delta.version", (await Assert.ThrowsAsync<LakehouseException>(() => TableChanges.OfAsync(table, 3, 8))).Code);
    }

    [Fact]
    public async Task Changes_OfOurOperations_MakeEachVersionFromTheOneBefore()
    {
        await _t.CreateAsync("id BIGINT; k VARCHAR; v BIGINT", "k", On);
        await _t.Operations.AppendAsync("SELECT range AS id, CASE range % 2 WHEN 0 THEN 'x' END AS k, 0 AS v FROM range(6)");
        await _t.Operations.UpdateAsync(new Dictionary<string, string> { ["v"] = "v + 1" }, "id < 3");
        await _t.Operations.DeleteAsync("id = 4");
        await _t.Operations.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (0, 'x', 50), (9, 'y', 51)) v(id, k, v)", Keys = ["id"] });
        await _t.Operations.CompactAsync();
        await _t.Operations.AddColumnsAsync([new TableColumn("extra", "VARCHAR")]);
        await _t.Operations.OverwritePartitionsAsync("SELECT 20 AS id, 'x' AS k, 2 AS v, 'e' AS extra");
        await _t.Operations.OverwriteAsync("SELECT 30 AS id, 'z' AS k, 3 AS v, 'f' AS extra");

        var head = (await _t.HeadAsync()).Version;
        var table = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var version = 1L; version <= head; version++)
        {
            foreach (var row in await ReadAsync(_t.Lake, _t.Table, version, version, "id, k, v"))
            {
                var words = row.Split(' ');
                var key = string.Join(' ', words[..3]);
                table[key] = table.GetValueOrDefault(key) + (words[3] is "insert" or "update_postimage" ? 1 : -1);
                Assert.Equal(version.ToString(CultureInfo.InvariantCulture), words[4]);
            }

            Assert.Equal(
                await _t.RowsAsync($"SELECT id, k, v FROM gold.t AT (VERSION => {version}) ORDER BY ALL"),
                table.SelectMany(r => Enumerable.Repeat(r.Key, r.Value)).OrderBy(r => long.Parse(r.Split(' ')[0], CultureInfo.InvariantCulture)));
        }

        var all = await ReadAsync(_t.Lake, _t.Table, 1, columns: "id, extra");
        Assert.Contains(all, r => r.StartsWith("30 f insert", StringComparison.Ordinal));
        Assert.Contains(all, r => r.StartsWith("1 - insert 1 ", StringComparison.Ordinal));
        var time = (await _t.Table.HistoryAsync(1))[0].Timestamp;
        Assert.EndsWith(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture), all.Single(r => r.StartsWith("30 ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_OfHiddenRows_AreThoseRowsAlone()
    {
        await _t.CreateAsync("id BIGINT", properties: new Dictionary<string, string>(On) { ["delta.enableDeletionVectors"] = "true" });
        await _t.Operations.AppendAsync("SELECT range AS id FROM range(30)");
        var file = (await _t.HeadAsync()).Files.Values.Single();

        // The example of Delta's kernel.
        var vector = new DeletionVectorDescriptor { StorageType = "i", PathOrInlineDv = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", SizeInBytes = 44, Cardinality = 6 };
        int[] hidden = [3, 4, 7, 11, 18, 29];
        await CommitAsync(file, file with { DeletionVector = vector });
        Assert.Equal(hidden.Select(i => $"{i} delete 2"), (await ReadAsync(_t.Lake, _t.Table, 2)).Select(r => r[..r.LastIndexOf(' ')]));
        await CommitAsync(file with { DeletionVector = vector }, file);
        Assert.Equal(hidden.Select(i => $"{i} insert 3"), (await ReadAsync(_t.Lake, _t.Table, 3)).Select(r => r[..r.LastIndexOf(' ')]));
    }

    private Task CommitAsync(AddFile before, AddFile after) => _t.Table.TransactAsync((transaction, _) =>
    {
        transaction.Remove(before);
        transaction.Add(after);
        return Task.FromResult<CommitDescription?>(new CommitDescription { Operation = "DELETE" });
    });

    private async Task<string[]> ReadAsync(Lake lake, DeltaTable table, long from, long? to = null, string? columns = null)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        using var files = lake.OpenFiles();
        var changes = await (await TableChanges.OfAsync(table, from, to)).FetchAsync(files);
        changes.Register(connection, "feed.t");
        Assert.Equal(changes.Columns.Select(c => (c.Name, c.SqlType)), connection.Describe("SELECT * FROM feed.t"));
        var rows = connection.Query($"SELECT {columns ?? string.Join(", ", changes.Columns.SkipLast(3).Select(c => c.Name))}, _change_type, _commit_version, strftime(_commit_timestamp, '%Y-%m-%dT%H:%M:%S.%f') FROM feed.t ORDER BY ALL");
        return [.. rows.Rows.Select(r => string.Join(' ', r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-")))];
    }
}
