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
    [InlineData("select upper(a) as a from s.t where b > 1", "select UPPER(A) as a from S.T where B > 1")]
    [InlineData("select a from t where a > 1 and b = 2 and c in (1, 2)", "select a from t where (c in (2, 1) and 2 = b) and 1 < a")]
    [InlineData("select x.a from s.t x join s.u y on x.k = y.k and x.l >= y.l", "select p.a from s.t p join s.u q on q.l <= p.l and q.k = p.k")]
    [InlineData("select case when a or b then 1 end as c from t", "select case when b or a then 1 end as c from t")]
    public void Between_FormsOfTheSame_IsNoDifference(string old, string @new) =>
        Assert.True(QueryDifference.Between(old, @new).IsNone);

    [Theory]
    [InlineData("select a from t where a > 1", "select a from t where a < 1")]
    [InlineData("select a from t where a - b > 1", "select a from t where b - a > 1")]
    [InlineData("select a from t where a > 1 and b or c", "select a from t where a > 1 and (b or c)")]
    [InlineData("select a from t where 1 in (a, b)", "select a from t where a in (1, b)")]
    [InlineData("select a from t where b = 'X'", "select a from t where b = 'x'")]
    [InlineData("select (a and b) from t", "select (b and a) from t")]
    public void Between_FormsOfOtherThings_IsADifference(string old, string @new) =>
        Assert.False(QueryDifference.Between(old, @new).IsNone);

    [Theory]
    [InlineData("select t.a, sum(t.b) as b from s.t as t where t.a > 1 group by t.a", "select x.a, sum(x.b) as b from s.t as x where x.a > 1 group by x.a")]
    [InlineData("select a from s.t where b > 1", "select x.a from s.t as x where x.b > 1")]
    [InlineData("select a from s.t where b > 1", "select t.a from s.t where s.t.b > 1")]
    [InlineData("with x as (select a from s.t), y as (select a from x) select y.a from y join x on x.a = y.a", "with first as (select a from s.t), second as (select a from first) select second.a from second join first on first.a = second.a")]
    [InlineData("select h.*, (select max(b) from s.u as u where u.k = h.k) as m from s.t as h join s.v as v using (k)", "select one.*, (select max(b) from s.u as three where three.k = one.k) as m from s.t as one join s.v as two using (k)")]
    public void Between_OtherNamesOfTables_IsNoDifference(string old, string @new) =>
        Assert.True(QueryDifference.Between(old, @new).IsNone);

    [Theory]
    [InlineData("select x.a from s.t as x join s.u as y on x.k = y.k", "select y.a from s.t as x join s.u as y on x.k = y.k")]
    [InlineData("select x.a from s.t as x join s.u as y on x.k = y.k", "select x.a from s.t as y join s.u as x on x.k = y.k")]
    [InlineData("select h.x as a from (select * from s.t as h) as s", "select k.x as a from (select * from s.t as k) as s")]
    [InlineData("select h as a from s.t as h", "select k as a from s.t as k")]
    [InlineData("select a * 2 as a from s.t as x order by x.a limit 1", "select a * 2 as a from s.t as x order by a limit 1")]
    [InlineData("with x as (select a from s.t) select a from x", "with x as (select a from s.t) select a from s.x")]
    [InlineData("select a from s.t as x where 'x' = a", "select a from s.t as y where 'y' = a")]
    public void Between_NamesOfOtherTables_IsADifference(string old, string @new) =>
        Assert.False(QueryDifference.Between(old, @new).IsNone);

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
    [InlineData("select a, sum(b) as b, max(c) as c from t group by all", "select a, sum(b) as b, min(c) as c from t group by all", "c")]
    [InlineData("with x as (select a, b from t) select a, sum(b) as s from x group by all", "with x as (select a, b * 2 as b from t) select a, sum(b) as s from x group by all", "s")]
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
    [InlineData("select a, b, count(*) as n from t group by all", "select a, b + 1 as b, count(*) as n from t group by all")]
    [InlineData("select a, b, count(*) as n from t group by all", "select a, max(b) as b, count(*) as n from t group by all")]
    [InlineData("select a, b, count(*) as n from t group by all", "select a, count(*) as n from t group by all")]
    [InlineData("select a, sum(b) over () as b, count(*) as n from t group by all", "select a, max(b) over () as b, count(*) as n from t group by all")]
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

    [Theory]
    [InlineData("select a, count(*) as n, sum(b) as s from t group by all", "select a, count(*) as n from t group by all", "", "s")]
    [InlineData("select a, count(*) as n from t group by all", "select a, count(*) as n, sum(b) as s from t group by all", "s", "")]
    public void Between_AnAggregateMoreOrLess_ChangesNoRows(string old, string @new, string added, string removed)
    {
        var difference = QueryDifference.Between(old, @new);

        Assert.False(difference.Rows, difference.Reason);
        Assert.Equal((added, removed), (string.Join(',', difference.Added), string.Join(',', difference.Removed)));
    }

    [Fact]
    public void Between_AColumnLess_NamesIt() =>
        Assert.Equal(["b"], QueryDifference.Between("select a, b from t", "select a from t").Removed);
}
