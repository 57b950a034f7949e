using Lakehouse.DuckDb;
using Lakehouse.Lineage;
using Lakehouse.Tables;

namespace Lakehouse.Tests.Lineage;

/// <summary>What lineage refuses, and fingerprints.</summary>
public sealed class SqlLineageTests
{
    private static readonly Dictionary<string, IReadOnlyList<TableColumn>> Inputs = new() { ["b.t"] = [new("id", "BIGINT"), new("ts", "TIMESTAMP")] };

    [Theory]
    [InlineData("select * from other.t", "query.table")]
    [InlineData("select * from read_csv('/etc/passwd')", "query.function")]
    [InlineData("select 1; select 2", "sql.syntax")]
    [InlineData("select nothing from b.t", "duckdb.binder")]
    public void Of_WhatIsNoQueryOfTheInputs_IsRefused(string sql, string code) => Assert.Equal(code, Assert.ThrowsAny<LakehouseException>(() => SqlLineage.Of(sql, Inputs)).Code);

    [Fact]
    public void Of_ParametersOfEveryPlace_TakesTheirTypes()
    {
        var lineage = SqlLineage.Of(
            "select id + $n as a, $d as b, case when ts > $d then id end as c from b.t where ts between $d and $d + interval 1 day group by all having count(*) > $n order by $n limit $n",
            Inputs,
            new Dictionary<string, string> { ["n"] = "BIGINT", ["d"] = "TIMESTAMP" });

        Assert.True(lineage.IsExact, lineage.Reason);
        Assert.Equal(["a BIGINT", "b TIMESTAMP", "c BIGINT"], lineage.Columns.Select(c => $"{c.Name} {c.Type}"));
        Assert.Empty(lineage.Columns[1].Sources);
    }

    [Theory]
    [InlineData("select id from b.t", "SELECT  id -- a comment\nFROM b.t ;", true)]
    [InlineData("select id from b.t where id > 1", "/* x */ select id from b.t where (id > 1)", true)]
    [InlineData("select id from b.t where id > 1", "select id from b.t where id > 2", false)]
    [InlineData("select id from b.t", "select id as i from b.t", false)]
    [InlineData("select 'a b' as x", "select 'a  b' as x", false)]
    public void Fingerprint_OfCode_ChangesWithMeaningOnly(string one, string other, bool same) =>
        Assert.Equal(same, Print(one).Code == Print(other).Code);

    [Fact]
    public void Fingerprint_OfInputs_ChangesWithVersionsAndParameters()
    {
        var first = Print("select 1");

        Assert.Equal(first, Print("select 1"));
        Assert.NotEqual(first.Inputs, Print("select 1", 2).Inputs);
        Assert.NotEqual(first.Inputs, Print("select 1", 1, "2024-01-01").Inputs);
        Assert.Equal(first.Code, Print("select 1", 2).Code);
        Assert.StartsWith("duckdb v", first.Engine, StringComparison.Ordinal);
    }

    private static ModelFingerprint Print(string sql, long version = 1, string? day = null) => ModelFingerprint.Of(
        SqlParser.Parse(sql), new Dictionary<string, long> { ["b.t"] = version }, day is null ? null : new Dictionary<string, string> { ["day"] = day });
}
