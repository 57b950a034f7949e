using Lakehouse.Datasets;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Datasets;

/// <summary>What each way of merging leaves in the table: at first, when a partition is made again, and when rows come late.</summary>
public sealed class MergeTests
{
    private static readonly RowMerge Upsert = new() { Mode = MergeMode.Upsert, Key = ["id"], SequenceColumn = "seq" };
    private static readonly RowMerge Latest = new() { Mode = MergeMode.Latest, Key = ["id"], SequenceColumn = "seq" };
    private static readonly RowMerge History = new() { Mode = MergeMode.History, Key = ["id"], SequenceColumn = "seq", ValidFrom = "valid_from", ValidTo = "valid_to" };

    [Fact]
    public async Task Append_OfAPartitionMadeAgain_TakesThePlaceOfItsOwnRowsAndKeepsOthers()
    {
        using var bench = new DatasetBench { Merge = new RowMerge { Mode = MergeMode.Append } };
        await bench.RunAsync("(1, 'a', 1)");
        await bench.PublishAsync(await bench.StageAsync(DatasetBench.Values("(2, 'other', 1)")), owner: "other/things");
        await bench.RunAsync("(3, 'c', 1)", "2024-05-02");

        await bench.RunAsync("(1, 'b', 1), (4, 'd', 1)", epoch: 2);

        Assert.Equal(["1|b|1|2024-05-01", "2|other|1|2024-05-01", "3|c|1|2024-05-02", "4|d|1|2024-05-01"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Append_OfATableThatWasReplacedBefore_TakesThePlaceOfThePipelinesRows()
    {
        using var bench = new DatasetBench();
        await bench.RunAsync("(1, 'a', 1)");
        bench.Merge = new RowMerge { Mode = MergeMode.Append };

        await bench.RunAsync("(1, 'b', 1)", epoch: 2);

        Assert.Equal(["1|b|1|2024-05-01"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Append_WhenTheFilesNoLongerTellWhoseTheyAre_IsRefused()
    {
        using var bench = new DatasetBench { Merge = new RowMerge { Mode = MergeMode.Append } };
        await bench.RunAsync("(1, 'a', 1)");
        var table = bench.Lake.Table(DatasetBench.Dataset);
        await table.TransactAsync(
            async (transaction, token) =>
            {
                var file = transaction.ReadTable()[0];
                await bench.Lake.Store.CopyAsync($"{table.Path}/{file.DecodedPath}", $"{table.Path}/{file.DecodedPath}.rewritten", token);
                transaction.Remove(file, dataChange: false);
                transaction.Add(file with { Path = file.Path + ".rewritten", DataChange = false, Tags = null });
                return new Lakehouse.Delta.Transactions.CommitDescription { Operation = "OPTIMIZE" };
            },
            cancellationToken: TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<LakehouseException>(() => bench.RunAsync("(1, 'a', 1)", epoch: 2));

        Assert.Equal("append.unknown", error.Code);
        Assert.Equal(["1|a|1|2024-05-01"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Upsert_LateOlderRow_NeverReplacesANewerOne()
    {
        using var bench = new DatasetBench { Merge = Upsert };
        await bench.RunAsync("(1, 'a', 1), (2, 'b', 5)");
        await bench.RunAsync("(1, 'a2', 2), (3, 'c', 1)", "2024-05-02");
        await bench.RunAsync("(2, 'old', 4), (1, 'older', 1), (1, 'newest', 3), (4, 'd', NULL)", "2024-04-30");

        Assert.Equal(["1|newest|3|2024-04-30", "2|b|5|2024-05-01", "3|c|1|2024-05-02", "4|d|-|2024-04-30"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Upsert_Twice_LeavesTheSameRowsAndTellsTheEpoch()
    {
        using var bench = new DatasetBench { Merge = Upsert };
        await bench.RunAsync("(1, 'a', 1), (2, 'b', 5)");
        var made = await bench.StageAsync(DatasetBench.Values("(1, 'z', 1)"));

        var second = await bench.PublishAsync(made, epoch: 2);
        var again = await bench.PublishAsync(made, epoch: 2);

        Assert.Equal((false, true), (second.AlreadyThere, again.AlreadyThere));
        Assert.Equal(second.Version, again.Version);
        Assert.Equal(["1|z|1|2024-05-01", "2|b|5|2024-05-01"], await bench.RowsAsync());
        Assert.Equal("publish.fenced", (await Assert.ThrowsAsync<LakehouseException>(() => bench.RunAsync("(9, 'late', 9)", epoch: 1))).Code);
    }

    [Fact]
    public async Task Upsert_Refused_WritesNothing()
    {
        using var bench = new DatasetBench { Merge = Upsert };
        await bench.RunAsync("(1, 'a', 1)");

        var refused = await bench.PublishAsync(await bench.StageAsync(DatasetBench.Values("(1, 'z', 2)")), epoch: 2, veto: (_, _) => Task.FromResult<string?>("changed"));

        Assert.Equal(("changed", (long?)null), (refused.Refusal, refused.Version));
        Assert.Equal(["1|a|1|2024-05-01"], await bench.RowsAsync());
        Assert.Single(Directory.EnumerateFiles(bench.Lake.Store.ToString()!, "*.parquet", SearchOption.AllDirectories), f => f.Contains("/silver/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Latest_RowsThatSayNothingNew_AreLeftWhereTheyLie()
    {
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, seq BIGINT, _source_row BIGINT, day DATE") { Merge = Latest };
        async Task RunAsync(string values, string day, long epoch = 1) => await bench.RunAsync(values, day, epoch, "id, name, seq, _source_row");
        await RunAsync("(1, 'a', 1, 1::BIGINT), (2, 'b', 1, 2)", "2024-05-01");
        var before = (await bench.Lake.Table(DatasetBench.Dataset).HeadAsync(TestContext.Current.CancellationToken))!;

        await RunAsync("(1, 'a', 1, 7::BIGINT)", "2024-05-02");
        var same = (await bench.Lake.Table(DatasetBench.Dataset).HeadAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(before.Files.Values.Select(f => f.Path), same.Files.Values.Select(f => f.Path));
        Assert.Equal(before.Version + 1, same.Version);

        await RunAsync("(1, 'a2', 2, 7::BIGINT), (2, 'old', 0, 8)", "2024-05-02", 2);
        Assert.Equal(["1|a2|2|2024-05-02", "2|b|1|2024-05-01"], await bench.RowsAsync());
    }

    [Fact]
    public async Task History_ChangesLateStatesAndRepetition_NeverOverlapOrGap()
    {
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, seq BIGINT, day DATE, valid_from BIGINT, valid_to BIGINT") { Merge = History };
        await bench.RunAsync("(1, 'a', 10), (2, 'x', 10)");
        await bench.RunAsync("(1, 'c', 30), (2, 'x', 30)", "2024-05-02");
        Assert.Equal(["1|a|10|30", "1|c|30|-", "2|x|10|-"], await bench.RowsAsync("id, name, valid_from, valid_to"));

        await bench.RunAsync("(1, 'b', 20), (2, 'x', 5)", "2024-04-30");
        string[] expected = ["1|a|10|20", "1|b|20|30", "1|c|30|-", "2|x|5|-"];
        Assert.Equal(expected, await bench.RowsAsync("id, name, valid_from, valid_to"));

        await bench.RunAsync("(1, 'c', 30), (2, 'x', 30)", "2024-05-02", epoch: 2);
        Assert.Equal(expected, await bench.RowsAsync("id, name, valid_from, valid_to"));
    }

    [Theory]
    [InlineData("(NULL, 'a', 1)", "merge.key")]
    [InlineData("(1, 'a', 1), (1, 'b', 1)", "merge.ambiguous")]
    public async Task Stage_RowsThatNoMergeCouldPlace_AreRefusedBeforeAnythingIsPublished(string values, string code)
    {
        using var bench = new DatasetBench { Merge = Upsert };

        var (staged, _) = await bench.StageAsync(DatasetBench.Values(values));

        Assert.StartsWith(code, staged.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MergeMode.Upsert)]
    [InlineData(MergeMode.Latest)]
    [InlineData(MergeMode.History)]
    public async Task Merged_OfStagedRows_IsWhatThePublishLeaves(MergeMode mode)
    {
        var merge = mode == MergeMode.History ? History : Upsert with { Mode = mode };
        var columns = "id BIGINT, name VARCHAR, seq BIGINT, day DATE" + (mode == MergeMode.History ? ", valid_from BIGINT, valid_to BIGINT" : "");
        using var bench = new DatasetBench(columns) { Merge = merge };
        await bench.RunAsync("(1, 'a', 10), (2, 'b', 50), (3, 'c', 1)");
        var made = await bench.StageAsync(DatasetBench.Values("(1, 'a2', 20), (2, 'old', 40), (3, 'c', 1), (4, 'd', 1)", "2024-05-02"), "2024-05-02");
        var manifest = await StagedManifest.ReadAsync(bench.Lake.Store, made.Staged.ManifestPath, TestContext.Current.CancellationToken);
        var head = (await bench.Lake.Table(DatasetBench.Dataset).HeadAsync(TestContext.Current.CancellationToken))!;
        string[] seen = [];
        await bench.StageAsync(DatasetBench.Values("(9, 'x', 1)"), before: async attempt =>
        {
            await attempt.ReadMergedAsync(Lakehouse.Tables.PinnedRelation.Of(DatasetBench.Dataset, head, "silver/things"), manifest, TestContext.Current.CancellationToken);
            seen = [.. attempt.Connection.Query("SELECT concat_ws('|', id, name, seq, day) AS r FROM silver.things ORDER BY r").Rows.Select(r => (string)r[0]!)];
        });

        await bench.PublishAsync(made, "2024-05-02");

        Assert.Equal(await bench.RowsAsync(), seen);
    }

    [Fact]
    public async Task Compact_OfAnAppendedTable_KeepsWhoseRowsTheyAre()
    {
        using var bench = new DatasetBench { Merge = new RowMerge { Mode = MergeMode.Append } };
        await bench.RunAsync("(1, 'a', 1)");
        await bench.PublishAsync(await bench.StageAsync(DatasetBench.Values("(2, 'other', 1)")), owner: "other/things");
        var table = bench.Lake.Table(DatasetBench.Dataset);
        using var database = Lakehouse.DuckDb.DuckDbDatabase.OpenInMemory(new());
        using var connection = database.Connect();
        using var files = bench.Lake.OpenFiles();
        await using (var operations = new TableOperations(table, connection, files))
        {
            await operations.CompactAsync(new CompactRequest { SortBy = ["id"] }, TestContext.Current.CancellationToken);
        }

        await bench.RunAsync("(1, 'b', 1)", epoch: 2);

        Assert.Equal(["1|b|1|2024-05-01", "2|other|1|2024-05-01"], await bench.RowsAsync());
    }
}
