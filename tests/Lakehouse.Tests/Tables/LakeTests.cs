using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables;

public sealed class LakeTests : IDisposable
{
    private readonly TempDir _folder = new();
    private readonly Lake _lake;
    private int _epoch;

    public LakeTests() => _lake = new Lake(_folder.At("lake=1"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("select sum(v) from gold.t", 30L)]
    [InlineData("select sum(v) from gold.t at (version => 1)", 10L)]
    [InlineData("select sum(t.v) from gold.t AT (VERSION => 1)", 10L)]
    [InlineData("select sum(x.v) from gold.t as x at (version => 1)", 10L)]
    [InlineData("select (select sum(v) from gold.t) - (select sum(v) from \"gold\".t /* at (version => 9) */ at -- why\n (version => 1))", 20L)]
    [InlineData("select sum(a.v + b.v) from gold.t at (version => 2) as_ignored, gold.t b", null)]
    public async Task Query_OfVersions_ReadsEach(string sql, long? expected)
    {
        await PublishAsync("2020-03-15", 10);
        await PublishAsync("2020-03-16", 20);
        if (expected is null)
        {
            await Assert.ThrowsAsync<SqlSyntaxException>(() => _lake.QueryAsync(sql));
            return;
        }

        var result = await _lake.QueryAsync(sql);
        Assert.Equal(expected, (long)(Int128)result.Rows[0][0]!);
    }

    [Fact]
    public async Task Query_OfPartitionColumn_ReadsTheLogsValue()
    {
        await PublishAsync("2020-03-15", 10);
        await PublishAsync("2020-03-16", 20);
        var rows = (await _lake.QueryAsync("select d, v from gold.t where d > date '2020-03-15'")).Rows;
        Assert.Equal([new DateOnly(2020, 3, 16), 20L], Assert.Single(rows));
    }

    [Fact]
    public async Task Query_OfAPartitionPublishedAgain_ReadsOnlyTheNewRows()
    {
        await PublishAsync("2020-03-15", 10);
        await PublishAsync("2020-03-15", 11);
        Assert.Equal(11L, Assert.Single((await _lake.QueryAsync("select v from gold.t")).Rows)[0]);
    }

    [Fact]
    public async Task Query_FileThatTheLogDoesNotName_IsNotCounted()
    {
        await PublishAsync("2020-03-15", 10);
        var file = Directory.EnumerateFiles(_folder.At("lake=1", "gold", "t"), "*.parquet", SearchOption.AllDirectories).Single();
        File.Copy(file, file + ".copy.parquet");
        Assert.Single((await _lake.QueryAsync("select * from gold.t")).Rows);
    }

    [Theory]
    [InlineData("select * from gold.nothing", "query.table")]
    [InlineData("select * from gold.t at (version => 7)", "delta.version")]
    [InlineData("select * from read_csv('/etc/passwd')", "query.function")]
    [InlineData("select * from gold.t; drop table gold.t", "sql.syntax")]
    [InlineData("copy gold.t to '/tmp/x'", "sql.syntax")]
    public async Task Query_OfAnythingElse_IsRefused(string sql, string code)
    {
        await PublishAsync("2020-03-15", 10);
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<LakehouseException>(() => _lake.QueryAsync(sql))).Code);
    }

    [Theory]
    [InlineData("select * from '/etc/passwd'")]
    [InlineData("select * from \"/etc/passwd\"")]
    public async Task Query_OfAFileAsATable_IsRefused(string sql)
    {
        await PublishAsync("2020-03-15", 10);
        await Assert.ThrowsAnyAsync<LakehouseException>(() => _lake.QueryAsync(sql));
    }

    [Fact]
    public void Statistics_OfAFile_AreTypedAndNeverTooNarrow()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var file = connection.CopyToParquet(
            """
            SELECT * FROM (VALUES
                (1, 1.5::DOUBLE, 'a', DATE '2020-03-15', TIMESTAMPTZ '2020-03-15 01:02:03.000456+00', 1.10::DECIMAL(5,2), true, repeat('z', 40)),
                (NULL, 2.5, 'é', DATE '2020-03-16', TIMESTAMPTZ '2020-03-15 01:02:03.000956+00', 2.20, false, repeat('z', 41)))
                t(i, d, s, day, moment, amount, flag, long)
            """,
            _folder.At("s.parquet"));

        Assert.Equal(
            """{"numRecords":2,"minValues":{"i":1,"d":1.5,"s":"a","day":"2020-03-15","moment":"2020-03-15T01:02:03.000Z","amount":1.10,"long":"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"},"maxValues":{"i":1,"d":2.5,"s":"\u00E9","day":"2020-03-16","moment":"2020-03-15T01:02:03.001Z","amount":2.20,"long":"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\u007F"},"nullCount":{"i":1,"d":0,"s":0,"day":0,"moment":0,"amount":0,"flag":0,"long":0}}""",
            FileStatistics.Json(file));
    }

    [Theory]
    [InlineData("HUGEINT", "CAST(sum(x) AS BIGINT)")]
    [InlineData("TIMESTAMP", "timezone('UTC'")]
    [InlineData("INTERVAL", "cast it in the model")]
    public void ToDeltaSchema_OfATypeNoReaderShares_SaysWhatToDo(string type, string help)
    {
        var e = Assert.Throws<LakehouseException>(() => DeltaTypes.ToDeltaSchema([new TableColumn("c", type)]));
        Assert.Contains(help, e.Message);
    }

    private async Task PublishAsync(string day, long value)
    {
        var table = _lake.Table("gold.t");
        TableColumn[] columns = [new("d", "DATE"), new("v", "BIGINT")];
        await table.CreateIfAbsentAsync(new MetadataAction { Id = Guid.NewGuid().ToString(), SchemaString = DeltaTypes.ToDeltaSchema(columns), PartitionColumns = ["d"] });
        var name = $"d={day}/{Guid.NewGuid():N}.parquet";
        using var files = _lake.OpenFiles();
        var path = files.PathOf($"gold/t/{name}");
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var file = connection.CopyToParquet($"SELECT {value}::BIGINT AS v", path);
        _epoch++;
        await table.CommitAsync(new CommitRequest
        {
            Id = $"{_epoch}",
            Transaction = new TransactionAction("test", _epoch, null),
            Operation = "WRITE",
            Changes = head => DeltaTable.ReplacePartitions(
                head,
                new HashSet<string> { day },
                [new AddFile { Path = name, PartitionValues = new Dictionary<string, string?> { ["d"] = day }, Size = file.Bytes, ModificationTime = 0, Stats = FileStatistics.Json(file) }],
                0),
        });
    }
}
