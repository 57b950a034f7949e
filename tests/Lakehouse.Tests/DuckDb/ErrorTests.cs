using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.DuckDb;

/// <summary>What the engine says reaches people; what it quotes of rows does not.</summary>
public sealed class ErrorTests() : EngineTests(threads: 2)
{
    [Theory]
    [InlineData("SELECT CAST(v AS INTEGER) FROM secret", DuckDbErrorType.Conversion)]
    [InlineData("SELECT strptime(v, '%Y-%m-%d') FROM secret", DuckDbErrorType.InvalidInput)]
    [InlineData("SELECT CAST(v AS DATE) FROM secret", DuckDbErrorType.Conversion)]
    [InlineData("INSERT INTO keyed SELECT v FROM secret; INSERT INTO keyed SELECT v FROM secret", DuckDbErrorType.Constraint)]
    public void Execute_FailsOnARow_DoesNotShowItsValues(string sql, DuckDbErrorType expected)
    {
        Connection.Execute("CREATE TABLE secret AS SELECT 'jane@example.org'' or \" jane2' AS v; CREATE TABLE keyed (v VARCHAR PRIMARY KEY)");

        var e = Assert.Throws<DuckDbException>(() => Connection.Execute(sql));

        Assert.Equal(expected, e.ErrorType);
        Assert.DoesNotContain("jane", e.ToString(), StringComparison.Ordinal);
        Assert.Contains("jane", e.EngineMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT CAST(v AS INTEGER) FROM phones", "out of range for the destination type INT32")]
    [InlineData("SELECT CAST(CAST(v AS DOUBLE) * 1e9 AS BIGINT) FROM phones", "INT64")]
    [InlineData("SELECT v * v FROM phones", "multiplication of INT64")]
    [InlineData("SELECT CAST(v AS DECIMAL(4,2)) FROM phones", "DECIMAL(4,2)")]
    [InlineData("SELECT CAST(CAST(v AS DECIMAL(20,1)) AS DECIMAL(4,2)) FROM phones", "Casting value")]
    public void Execute_FailsOnANumber_DoesNotShowItAndKeepsTheTypes(string sql, string kept)
    {
        Connection.Execute("CREATE TABLE phones AS SELECT 493077712345 AS v");

        var e = Assert.Throws<DuckDbException>(() => Connection.Execute(sql));

        Assert.Matches("4[.]?930777", e.EngineMessage);
        Assert.DoesNotContain("4930777", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4.930", e.Message, StringComparison.Ordinal);
        Assert.Contains(kept, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_FailsOnARowWithErrorsAsJson_MasksAndStaysJson()
    {
        Connection.Execute("SET errors_as_json = true; CREATE TABLE secret AS SELECT 'jane' AS v");

        var e = Assert.Throws<DuckDbException>(() => Connection.Execute("SELECT CAST(v AS INTEGER) FROM secret"));

        Assert.DoesNotContain("jane", e.Message, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(e.Message);
        Assert.Contains("***", json.RootElement.GetProperty("exception_message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_FailsToConvert_StillNamesTypeAndColumn()
    {
        var e = Assert.Throws<DuckDbException>(() => Connection.Execute("SELECT CAST(amount AS INTEGER) FROM (VALUES ('jane')) t(amount)"));

        Assert.Contains("to INT32 when casting from source column amount", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_NamesWhatIsMissing_KeepsTheNames()
    {
        var e = Assert.Throws<DuckDbException>(() => Connection.Query("SELECT nme FROM (SELECT 1 AS name)"));

        Assert.Contains("\"nme\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_CancelledOften_NeverInterruptsTheNextStatement()
    {
        for (var i = 0; i < 100; i++)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 5));
            // As often as not it gets through: what matters is the statement after it.
            var outcome = Record.Exception(() => Connection.Query("SELECT sum(i) FROM range(2000000) t(i)", null, cancel.Token));
            Assert.True(outcome is null or OperationCanceledException, $"{outcome}");

            Assert.Equal(199990000L, Connection.Scalar<long>("SELECT sum(i)::BIGINT FROM range(20000) t(i)"));
        }
    }

    [Theory]
    [InlineData("DATE '0001-01-01'", "01/01/0001")]
    [InlineData("DATE '9999-12-31'", "12/31/9999")]
    [InlineData("DATE '290000-01-01'", "105200797 days since 1970-01-01")]
    [InlineData("TIMESTAMP '0001-01-01 00:00:00.000001'", "01/01/0001 00:00:00")]
    [InlineData("TIMESTAMP '290000-01-01 00:00:00'", "9089348860800000000 us since 1970-01-01")]
    [InlineData("TIMESTAMP 'infinity'", "infinity")]
    public void Query_DatesAtTheEdge_AreReadOrTold(string literal, string expected) =>
        Assert.Equal(expected, Convert.ToString(Connection.Query($"SELECT {literal}").Rows[0][0], System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("-- a model\nSELECT 1 AS a -- the end")]
    [InlineData("/* x */ WITH q AS (SELECT 1 AS a) FROM q")]
    [InlineData("VALUES (1)")]
    [InlineData("\"odd name\"")]
    public void CopyToParquet_OfAnyFormOfQuery_Writes(string select)
    {
        using var folder = new TempDir();
        Connection.Execute("CREATE TABLE \"odd name\" AS SELECT 1 AS a");

        Assert.Equal(1, Connection.CopyToParquet(select, folder.At("it's.parquet")).Rows);
    }

    [Fact]
    public void CopyToParquet_OfNaN_SaysSo()
    {
        using var folder = new TempDir();
        var file = Connection.CopyToParquet("SELECT unnest([1.5, 'NaN'::DOUBLE, -2]) AS f, 1.0::DOUBLE AS g", folder.At("f.parquet"));

        Assert.Equal([("f", true), ("g", false)], file.Columns.Select(c => (c.Name, c.HasNaN)));
    }
}
