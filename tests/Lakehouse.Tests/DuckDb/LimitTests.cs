using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.DuckDb;

/// <summary>What a statement may take, and what is told of it meanwhile. Alone in the process: one test limits its memory.</summary>
[Collection(nameof(LimitTests))]
[CollectionDefinition(nameof(LimitTests), DisableParallelization = true)]
public sealed class LimitTests
{
    private const string Endless = "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3";

    [Fact]
    public void Query_OverItsTime_EndsAndLeavesTheConnectionUsable()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { StatementTimeout = TimeSpan.FromMilliseconds(100) });
        using var connection = database.Connect();

        var e = Assert.Throws<LakehouseException>(() => connection.Query(Endless));

        Assert.Equal("duckdb.timeout", e.Code);
        Assert.Contains("Help:", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, connection.Scalar<int>("SELECT 1"));
        Assert.Equal("duckdb.timeout", Assert.Throws<LakehouseException>(() => connection.Execute(Endless)).Code);
    }

    [Fact]
    public void Pool_Rent_KeepsTheStatementsTime()
    {
        using var pool = new DuckDbPool();
        using var connection = pool.Rent(new DuckDbConfinement { Limits = new DuckDbOptions { StatementTimeout = TimeSpan.FromMilliseconds(100) }, Folders = [] });
        Assert.Equal("duckdb.timeout", Assert.Throws<LakehouseException>(() => connection.Query(Endless)).Code);
    }

    [Fact]
    public void Query_WithAListener_TellsItHowFarItIs()
    {
        var seen = new List<StatementProgress>();
        var enough = new OperationCanceledException("seen enough");
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions
        {
            Threads = 1,
            ProgressInterval = TimeSpan.FromMilliseconds(5),
            OnProgress = p =>
            {
                lock (seen)
                {
                    seen.Add(p);
                    if (seen.Count(s => s.Percent > 0) >= 3)
                    {
                        throw enough;
                    }
                }
            },
        });
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE t AS SELECT i FROM range(3000000) r(i)");

        // What the listener throws ends the statement with just that.
        Assert.Same(enough, Assert.Throws<OperationCanceledException>(() => connection.Query("SELECT max(md5(repeat(md5(i::VARCHAR), 20))) FROM t")));

        Assert.All(seen, s => Assert.InRange(s.Percent ?? 0, 0, 100));
        Assert.Equal(1, connection.Scalar<int>("SELECT 1"));
    }

    [Fact]
    public void Query_ThatSpillsMoreThanItsQuota_EndsAndLeavesNothing()
    {
        using var folder = new TempDir();
        var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = 64L << 20, Threads = 1, TempDirectory = folder.At("spill"), MaxTempDirectoryBytes = 8L << 20 });
        var connection = database.Connect();

        var e = Assert.Throws<DuckDbException>(() => connection.Query("SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY hash(i)), s FROM (SELECT i, md5(i::VARCHAR) s FROM range(5000000) t(i) ORDER BY s))"));

        Assert.Equal(DuckDbErrorType.OutOfMemory, e.ErrorType);
        Assert.Equal(1, connection.Scalar<int>("SELECT 1"));

        // The engine takes its files away when it comes to it, at the latest with itself.
        connection.Dispose();
        database.Dispose();
        Assert.Empty(Directory.Exists(folder.At("spill")) ? Directory.EnumerateFiles(folder.At("spill")) : []);
    }

    [Fact]
    public void Limit_OfTheProcess_HoldsWhatTheEngineDoesNotCount()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has the limit.");
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = 300L << 20 });
        using var connection = database.Connect();
        ProcessMemory.Limit(ProcessMemory.Used + (1L << 30));
        try
        {
            var e = Assert.Throws<DuckDbException>(() => connection.Query("SELECT length(repeat('x', (4000000000 + random())::BIGINT))"));

            Assert.Equal(DuckDbErrorType.OutOfMemory, e.ErrorType);
            Assert.Equal(1, connection.Scalar<int>("SELECT 1"));
        }
        finally
        {
            ProcessMemory.Limit(null);
        }
    }

    [Theory]
    [InlineData("SELECT k, sum(v) AS v, count(*) AS n FROM t GROUP BY k ORDER BY k")]
    [InlineData("SELECT k, v, row_number() OVER (PARTITION BY k ORDER BY v, i) AS r FROM t ORDER BY k, r")]
    [InlineData("SELECT a.i, b.v FROM t a JOIN t b ON a.i = b.i ORDER BY a.i")]
    [InlineData("SELECT DISTINCT k, v % 3 AS m FROM t ORDER BY ALL")]
    [InlineData("SELECT k, list(v ORDER BY i) AS l, string_agg(v, ',' ORDER BY i DESC) AS s FROM t GROUP BY k ORDER BY k")]
    [InlineData("SELECT i, v FROM t WHERE v > 100 UNION ALL SELECT i, -v FROM t ORDER BY ALL")]
    [InlineData("SELECT * FROM t WHERE v % 2 = 0 ORDER BY i")]
    public void CopyToParquet_OfAnOrderedQuery_GivesTheSameBytesOnOneAndTwoThreads(string sql)
    {
        using var folder = new TempDir();
        for (var i = 0; i < 4; i++)
        {
            using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 + (i % 2) });
            using var connection = database.Connect();
            connection.Execute("CREATE TABLE t AS SELECT i, (hash(i) % 500)::INT AS k, (hash(i * 7) % 1000)::INT AS v FROM range(300000) r(i)");
            connection.CopyToParquet(sql, folder.At($"{i}.parquet"), new ParquetWriteOptions { RowGroupSize = 20_000 });
        }

        var first = File.ReadAllBytes(folder.At("0.parquet"));
        Assert.All(Enumerable.Range(1, 3), i => Assert.Equal(first, File.ReadAllBytes(folder.At($"{i}.parquet"))));
    }
}
