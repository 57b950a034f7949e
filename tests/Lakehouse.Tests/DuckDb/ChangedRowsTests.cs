using Lakehouse.DuckDb;

namespace Lakehouse.Tests.DuckDb;

public sealed class ChangedRowsTests : EngineTests
{
    [Theory]
    [InlineData("CREATE TABLE made AS SELECT * FROM range($n)", 3L)]
    [InlineData("INSERT INTO there SELECT * FROM range($n)", 3L)]
    public void Query_MakesRows_GivesTheirCount(string sql, long expected)
    {
        Connection.Execute("CREATE TABLE there (n BIGINT)");

        Assert.Equal([[expected]], Connection.Query(sql, new Dictionary<string, object?> { ["n"] = 3L }).Rows);
    }
}
