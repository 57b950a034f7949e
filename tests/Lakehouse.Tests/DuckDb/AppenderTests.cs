using Lakehouse.DuckDb;

namespace Lakehouse.Tests.DuckDb;

public sealed class AppenderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(10_000)]
    public void Append_RowsOverSeveralChunks_AreAllThereAndExact(int rows)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE t (i BIGINT, s VARCHAR, d DATE, seen TIMESTAMPTZ, x DOUBLE, b BOOLEAN, c TIME)");
        using (var appender = connection.CreateAppender("t"))
        {
            for (var i = 0; i < rows; i++)
            {
                appender.Append(i);
                appender.AppendValue(Text(i));
                appender.AppendValue(i % 5 == 0 ? null : new DateOnly(1969, 12, 31).AddDays(i));
                appender.Append(DateTimeOffset.UnixEpoch.AddSeconds(i));
                appender.AppendValue(i / 8.0);
                appender.AppendValue(i % 2 == 0);
                appender.AppendValue(TimeSpan.FromSeconds(i));
                appender.EndRow();
            }

            appender.Complete();
        }

        var seen = connection.Query("SELECT * FROM t ORDER BY i").Rows;
        Assert.Equal(rows, seen.Count);
        for (var i = 0; i < rows; i++)
        {
            Assert.Equal(
                [(long)i, Text(i), i % 5 == 0 ? null : new DateOnly(1969, 12, 31).AddDays(i), DateTimeOffset.UnixEpoch.AddSeconds(i), i / 8.0, i % 2 == 0, TimeSpan.FromSeconds(i)],
                seen[i]);
        }
    }

    [Fact]
    public void Append_ValuesThatDoNotFitTheTable_AreRefusedByName()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE t (i BIGINT, s VARCHAR)");
        using var appender = connection.CreateAppender("t");

        Assert.Contains("BigInt", Assert.Throws<InvalidOperationException>(() => appender.Append("x")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(appender.EndRow);
        Assert.Throws<ArgumentException>(() => appender.AppendValue(1.5m));
    }

    // Around the length up to which a text lies in its own entry, with zero bytes and letters of several bytes.
    private static string? Text(int i) => i % 7 == 0 ? null : string.Concat(Enumerable.Repeat(i % 3 == 0 ? "é" : i % 11 == 0 ? "\0" : "x", i % 29)) + (i % 13 == 0 ? "𝄞" : "");
}
