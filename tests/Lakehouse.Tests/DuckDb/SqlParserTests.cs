using Lakehouse.DuckDb;

namespace Lakehouse.Tests.DuckDb;

public sealed class SqlParserTests
{
    [Theory]
    [InlineData("select * from silver.cases", "silver.cases")]
    [InlineData("with a as (select * from s.t) select * from a join b.c using (x)", "s.t,b.c")]
    [InlineData("with a as (select * from a) select * from a", "a")]
    [InlineData("with recursive a as (select 1 i union all select i + 1 from a where i < 3) select * from a", "")]
    [InlineData("with a as (select 1), b as (select * from a, c) select * from b", "c")]
    [InlineData("select * from (with a as (select 1) select * from a) x, a", "a")]
    [InlineData("select (select max(v) from s.inner_one) from s.outer_one where k in (select k from q.r)", "s.inner_one,s.outer_one,q.r")]
    [InlineData("select * from x.y union all select * from x.z order by 1", "x.y,x.z")]
    [InlineData("from s.t select v", "s.t")]
    [InlineData("select 1", "")]
    public void Parse_OfASelect_FindsItsTables(string sql, string tables) =>
        Assert.Equal(tables, string.Join(',', SqlParser.Parse(sql).Tables.Select(t => t.Name)));

    [Fact]
    public void Parse_TableAfterNonAscii_TellsItsPositionInCharacters()
    {
        const string Sql = "select 'Curaçao' as n from gold.t";
        Assert.Equal(Sql.IndexOf("gold.t", StringComparison.Ordinal), SqlParser.Parse(Sql).Tables[0].Position);
    }

    [Fact]
    public void Parse_AtVersion_TellsTheVersion() =>
        Assert.Equal([3L, null], SqlParser.Parse("select * from gold.x at (version => 3), gold.y").Tables.Select(t => t.Version));

    [Fact]
    public void Parse_ParametersAndFunctions_AreNamed()
    {
        var model = SqlParser.Parse("select $partition_start, $partition_end, $partition_start from range(3), read_csv('x')");
        Assert.Equal(["partition_end", "partition_start"], model.Parameters);
        Assert.Equal(["range", "read_csv"], model.TableFunctions.Select(f => f.Name));
    }

    [Theory]
    [InlineData("select a fromm b", 15)]
    [InlineData("", -1)]
    [InlineData("select 1; select 2", -1)]
    [InlineData("insert into t values (1)", -1)]
    [InlineData("drop table t", -1)]
    public void Parse_OfSomethingElse_Throws(string sql, int position) =>
        Assert.Equal(position, Assert.Throws<SqlSyntaxException>(() => SqlParser.Parse(sql)).Position);

    [Fact]
    public void Place_OfAPosition_CountsLinesAndColumns() =>
        Assert.Equal((2, 3), SqlSyntaxException.Place("ab\ncdef", 5));

    [Fact]
    public void Parse_Functions_AreNamedWithTheirPlace_OperatorsAndTableFunctionsAreNot()
    {
        const string Sql = "SELECT é + Sum(x) OVER (), current_date, a.now FROM range(3) WHERE lower(y) IN (SELECT NOW())";

        var model = SqlParser.Parse(Sql);

        Assert.Equal(["sum", "current_date", "lower", "now"], model.Functions.Select(f => f.Name));
        Assert.Equal(Sql.IndexOf("current_date", StringComparison.Ordinal), model.Functions[1].Position);
        Assert.Equal("range", Assert.Single(model.TableFunctions).Name);
    }

    [Fact]
    public void Parse_Canonical_IsTheSameForAnotherLayout_AndAnotherForAnotherMeaning()
    {
        var written = SqlParser.Parse("select a, /* why */ b as c\nfrom t -- here\nwhere a>=$p").Canonical;

        Assert.Equal(written, SqlParser.Parse("SELECT a, b AS c FROM t WHERE (a >= $p);").Canonical);
        Assert.NotEqual(written, SqlParser.Parse("SELECT a, b AS c FROM t WHERE a > $p").Canonical);
    }
}
