using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.DuckDb;

public sealed class ConnectionTests
{
    [Fact]
    public void Query_OfEachType_ReadsItsValue()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var row = connection.Query("""
            SELECT true, 1::TINYINT, -2::SMALLINT, 3, 4::BIGINT, 170141183460469231731687303715884105727::HUGEINT, 1.5::DOUBLE, 12.340::DECIMAL(9,3),
                   'räksmörgås that is long', DATE '2020-03-15', TIMESTAMP '2020-03-15 01:02:03.456789', TIMESTAMPTZ '2020-03-15 01:02:03+01',
                   uuid '01234567-89ab-cdef-0123-456789abcdef', [1, NULL, 3], {'a': 1, 'b': 'x'}, map {'k': 5}, 'b'::ENUM('a', 'b'), NULL, '\xAA'::BLOB
            """).Rows[0];

        Assert.Equal(true, row[0]);
        Assert.Equal((sbyte)1, row[1]);
        Assert.Equal((short)-2, row[2]);
        Assert.Equal(3, row[3]);
        Assert.Equal(4L, row[4]);
        Assert.Equal(Int128.MaxValue, row[5]);
        Assert.Equal(1.5, row[6]);
        Assert.Equal(12.340m, row[7]);
        Assert.Equal("räksmörgås that is long", row[8]);
        Assert.Equal(new DateOnly(2020, 3, 15), row[9]);
        Assert.Equal(new DateTime(2020, 3, 15, 1, 2, 3, 456).AddMicroseconds(789), row[10]);
        Assert.Equal(new DateTimeOffset(2020, 3, 15, 0, 2, 3, TimeSpan.Zero), row[11]);
        Assert.Equal(Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"), row[12]);
        Assert.Equal([1, null, 3], (object?[])row[13]!);
        Assert.Equal("x", ((Dictionary<string, object?>)row[14]!)["b"]);
        Assert.Equal(5, ((KeyValuePair<object, object?>[])row[15]!)[0].Value);
        Assert.Equal("b", row[16]);
        Assert.Null(row[17]);
        Assert.Equal([0xAA], (byte[])row[18]!);
    }

    [Fact]
    public void Query_WithParameters_BindsThemByName()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var time = new DateTimeOffset(2020, 3, 15, 0, 2, 3, TimeSpan.Zero);
        var row = connection.Query("SELECT $text, $number, $amount, $day, $time, $nothing, $flag", new Dictionary<string, object?>
        {
            ["text"] = "a'b\0c",
            ["number"] = 7L,
            ["amount"] = -12.345m,
            ["day"] = new DateOnly(2020, 2, 29),
            ["time"] = time,
            ["nothing"] = null,
            ["flag"] = true,
        }).Rows[0];

        Assert.Equal(["a'b\0c", 7L, -12.345m, new DateOnly(2020, 2, 29), time, null, true], row);
    }

    [Fact]
    public void Query_MissingParameter_NamesIt()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var e = Assert.Throws<DuckDbException>(() => connection.Query("SELECT $wanted"));
        Assert.Contains("$wanted", e.Message);
    }

    [Theory]
    [InlineData("SELEC 1", DuckDbErrorType.Parser)]
    [InlineData("SELECT * FROM nowhere", DuckDbErrorType.Catalog)]
    [InlineData("SELECT nothing", DuckDbErrorType.Binder)]
    [InlineData("SELECT 'x'::INTEGER", DuckDbErrorType.Conversion)]
    public void Query_ThatFails_TellsItsKind(string sql, DuckDbErrorType expected)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var e = Assert.Throws<DuckDbException>(() => connection.Query(sql));
        Assert.Equal(expected, e.ErrorType);
        Assert.Equal(1, connection.Scalar<int>("SELECT 1"));
    }

    [Fact]
    public async Task Query_Cancelled_StopsAndLeavesTheConnectionUsable()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var cancel = new CancellationTokenSource();
        var running = Task.Run(() => connection.Query("SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3", null, cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(1, connection.Scalar<int>("SELECT 1"));
    }

    [Fact]
    public void CopyToParquet_OfASelect_ReturnsRowsAndStatistics()
    {
        using var folder = new TempDir();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var file = connection.CopyToParquet("SELECT i AS id, CASE WHEN i > 1 THEN 'n' || i END AS \"na\"\"me\" FROM range(5) t(i)", folder.At("a.parquet"));

        Assert.Equal(5, file.Rows);
        Assert.Equal(new FileInfo(folder.At("a.parquet")).Length, file.Bytes);
        Assert.Equal(new ColumnStatistics("id", "BIGINT", "0", "4", 0, false), file.Columns[0]);
        Assert.Equal(new ColumnStatistics("na\"me", "VARCHAR", "n2", "n4", 2, false), file.Columns[1]);
    }

    [Fact]
    public void CopyToParquet_SameRowsTwice_GivesTheSameBytes()
    {
        using var folder = new TempDir();
        for (var i = 0; i < 2; i++)
        {
            using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = i + 1 });
            using var connection = database.Connect();
            connection.CopyToParquet("SELECT i, md5(i::VARCHAR) h FROM range(50000) t(i) ORDER BY h", folder.At($"{i}.parquet"));
        }

        Assert.Equal(File.ReadAllBytes(folder.At("0.parquet")), File.ReadAllBytes(folder.At("1.parquet")));
    }

    [Fact]
    public void Appender_Completed_AddsItsRows()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE t (a VARCHAR, b BIGINT, c TIMESTAMPTZ)");
        using (var appender = connection.CreateAppender("t"))
        {
            appender.Append("é");
            appender.Append(5);
            appender.Append(DateTimeOffset.UnixEpoch);
            appender.EndRow();
            appender.Append((string?)null);
            appender.AppendNull();
            appender.AppendNull();
            appender.EndRow();
            appender.Complete();
        }

        var rows = connection.Query("SELECT * FROM t").Rows;
        Assert.Equal(["é", 5L, DateTimeOffset.UnixEpoch], rows[0]);
        Assert.Equal([null, null, null], rows[1]);
    }

    [Fact]
    public void OpenInMemory_WithASmallLimit_RefusesWhatDoesNotFit()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = 64L << 20, Threads = 1 });
        using var connection = database.Connect();
        var e = Assert.Throws<DuckDbException>(() => connection.Query("SELECT count(*) FROM (SELECT md5(i::VARCHAR) m, list(i) FROM range(5000000) t(i) GROUP BY ALL)"));
        Assert.Equal(DuckDbErrorType.OutOfMemory, e.ErrorType);
    }
}
