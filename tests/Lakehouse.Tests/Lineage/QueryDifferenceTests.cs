using Lakehouse.Lineage;

namespace Lakehouse.Tests.Lineage;

public sealed class QueryDifferenceTests
{
    [Theory]
    [InlineData("select a, b from t where a > 1", "SELECT a, -- the key\n  b\nFROM t WHERE (a > 1)")]
    [InlineData("with x as (select a from t) select a from x", "WITH x AS (SELECT a /* all */ FROM t) SELECT a FROM x")]
    public void Between_CommentsAndLayout_IsNoDifference(string old, string @new) =>
        Assert.True(QueryDifference.Between(old, @new).IsNone);

    [Theory]
    [InlineData("select a from t", "select a, b + 1 as c from t", "c")]
    [InlineData("select a from t group by a", "select a, count(*) as n from t group by a", "n")]
    [InlineData("with x as (select a from t) select a from x", "with x as (select a, b from t) select a, b from x", "b")]
    public void Between_AColumnMore_IsAnAddition(string old, string @new, string added)
    {
        var difference = QueryDifference.Between(old, @new);

        Assert.False(difference.Rows, difference.Reason);
        Assert.Equal([added], difference.Added);
        Assert.Empty(difference.Changed);
    }

    [Theory]
    [InlineData("select a, b from t", "select a, b * 2 as b from t", "b")]
    [InlineData("select a, b, b + a as c from t", "select a, abs(b) as b, b + a as c from t", "b,c")]
    [InlineData("with x as (select a, b from t) select a, b + 1 as c from x", "with x as (select a, b * 2 as b from t) select a, b + 1 as c from x", "c")]
    [InlineData("with x as (select a, b from t) select * from x", "with x as (select a, b * 2 as b from t) select * from x", "b")]
    public void Between_AnotherExpression_NamesWhatItChanges(string old, string @new, string changed)
    {
        var difference = QueryDifference.Between(old, @new);

        Assert.False(difference.Rows, difference.Reason);
        Assert.Equal(changed, string.Join(',', difference.Changed));
        Assert.Empty(difference.Added);
    }

    [Theory]
    [InlineData("select a from t", "select a from u")]
    [InlineData("select a from t where a > 1", "select a from t where a > 2")]
    [InlineData("select a from t", "select distinct a from t")]
    [InlineData("select distinct a from t", "select distinct a, b from t")]
    [InlineData("select a, count(*) as n from t group by all", "select a, b, count(*) as n from t group by all")]
    [InlineData("select a, unnest(b) as b from t", "select a, b from t")]
    [InlineData("select a from t", "select a, unnest(b) as b from t")]
    [InlineData("select 1 as a from t", "select count(*) as a from t")]
    [InlineData("select a, b from t qualify row_number() over (order by b) = 1", "select a, b + 1 as b from t qualify row_number() over (order by b) = 1")]
    [InlineData("with x as (select a from t) select a from x", "with x as (select a from t where a > 0) select a from x")]
    [InlineData("with x as (select a, b from t) select a from x where b > 1", "with x as (select a, b * 2 as b from t) select a from x where b > 1")]
    [InlineData("select a from t union all select a from u", "select a from t union all select b from u")]
    [InlineData("select a, b, sum(c) as s from t group by 1, 2", "select b, a, sum(c) as s from t group by 1, 2")]
    public void Between_WhatDecidesOnRows_IsADifferenceOfRows(string old, string @new)
    {
        var difference = QueryDifference.Between(old, @new);

        Assert.True(difference.Rows);
        Assert.NotNull(difference.Reason);
    }

    [Fact]
    public void Between_AColumnLess_NamesIt() =>
        Assert.Equal(["b"], QueryDifference.Between("select a, b from t", "select a from t").Removed);
}
