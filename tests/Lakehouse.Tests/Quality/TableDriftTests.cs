using Lakehouse.Quality.Drift;

namespace Lakehouse.Tests.Quality;

public sealed class TableDriftTests : EngineTests
{
    [Theory]
    [InlineData("lpad((1001 + i)::VARCHAR, 5, '0')", "(1001 + i)::VARCHAR", "no number with a leading zero|whole number")]
    [InlineData("lpad((1001 + i)::VARCHAR, 5, '0')", "(1001 + i) || '.0'", "whole number with .0")]
    [InlineData("lpad((1001 + i * 60)::VARCHAR, 5, '0')", "(1001 + i * 60)::VARCHAR", "no number with a leading zero")]
    [InlineData("(1001 + i)::VARCHAR", "(1001 + i) || '.0'", "whole number with .0")]
    [InlineData("(DATE '2020-01-01' + i::INT)::VARCHAR", "strftime(DATE '2020-01-01' + i::INT, '%m/%d/%Y')", "date with slashes")]
    [InlineData("(i * 0.5 + 0.25)::VARCHAR", "replace((i * 0.5 + 0.25)::VARCHAR, '.', ',')", "number with a comma")]
    [InlineData("chr(65 + (i % 26)::INT) || 'x'", "chr(65 + (i % 26)::INT) || 'X'", "upper case")]
    [InlineData("(i + 500)::DOUBLE", "(i + 500) * 1000.0", "times 1000")]
    [InlineData("(i + 500)::DOUBLE", "(i + 500) * 3.28084", "feet for metres")]
    [InlineData("(i + 500) / 1000.0", "(i + 500) / 10.0", "times 100")]
    [InlineData("CASE WHEN i % 2 = 0 THEN 'true' ELSE 'false' END", "CASE WHEN i % 2 = 0 THEN 'Y' ELSE 'N' END", "yes or no")]
    public void Compare_ValuesThatMeanSomethingElse_SaysHow(string was, string now, string expected)
    {
        var change = Assert.Single(Compare($"{was} AS v", $"{now} AS v"), c => c.Kind is DriftKind.Remeant);

        Assert.Contains(expected.Split('|'), e => change.ToString().Contains(e, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("i::VARCHAR", "(i + 40)::VARCHAR")]
    [InlineData("lpad((1001 + i)::VARCHAR, 5, '0')", "lpad((2001 + i)::VARCHAR, 5, '0')")]
    [InlineData("i * 1.0", "i * 1.3")]
    [InlineData("'a' || i", "'b' || i")]
    [InlineData("i * 1.0", "i * 7.0")]
    public void Compare_OrdinaryChange_IsNone(string was, string now) => Assert.Empty(Compare($"{was} AS v", $"{now} AS v"));

    [Fact]
    public void Compare_Columns_NamesAddedRemovedRenamedReorderedAndRetyped()
    {
        var changes = Compare(
            "i AS id, 'place ' || i AS city, i % 7 AS gone, i AS amount, 'x' AS a, 'y' AS b",
            "i AS id, i::VARCHAR AS amount, 'place ' || i AS location, 'z' AS fresh, 'y' AS b, 'x' AS a");

        Assert.Equal(
            [
                (DriftKind.Renamed, "location", "city"), (DriftKind.Removed, "gone", null), (DriftKind.Added, "fresh", null), (DriftKind.Reordered, null, null), (DriftKind.Retyped, "amount", "BIGINT"),
            ],
            changes.Select(c => (c.Kind, c.Column, c.Was)));
        Assert.Equal("column 'city' is probably 'location' now (100 % of their values are the same)", changes[0].ToString().Replace("100%", "100 %", StringComparison.Ordinal));
        Assert.Contains("\"kind\":\"renamed\"", new TableDrift(changes).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_EmptyRelation_SaysNothingAboutItsValues() => Assert.Empty(Compare("i::VARCHAR AS v", "i::VARCHAR AS v FROM range(0) t(i) --"));

    private IReadOnlyList<DriftChange> Compare(string was, string now)
    {
        Connection.Execute($"CREATE OR REPLACE TABLE was AS SELECT {was} FROM range(300) t(i); CREATE OR REPLACE TABLE is_now AS SELECT {now} FROM range(300) t(i)");
        return TableDrift.Compare(TableProfile.Of(Connection, "was"), TableProfile.Of(Connection, "is_now")).Changes;
    }
}
