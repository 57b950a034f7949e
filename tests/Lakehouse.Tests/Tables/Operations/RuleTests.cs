using Lakehouse.Delta;
using Lakehouse.Tables;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class RuleTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public async ValueTask InitializeAsync()
    {
        await _t.Table.CreateIfAbsentAsync(new MetadataAction
        {
            Id = "1",
            SchemaString = """{"type":"struct","fields":[{"name":"id","type":"integer","nullable":true,"metadata":{}},{"name":"v","type":"integer","nullable":true,"metadata":{}},{"name":"st","type":{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]},"nullable":true,"metadata":{}}]}""",
            PartitionColumns = [],
        });
        await _t.Operations.AppendAsync("SELECT 1 AS id, 5 AS v, {'a': 1} AS st");
    }

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Constraint_OnATable_HoldsForNewRowsAndNullBreaksIt()
    {
        Assert.Equal("delta.constraint", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AddConstraintAsync("big", "v > 100"))).Code);
        await _t.Operations.AddConstraintAsync("v_pos", "`v` > 0");
        Assert.Equal(3, (await _t.HeadAsync()).Protocol.MinWriterVersion);
        Assert.Equal("`v` > 0", (await _t.HeadAsync()).Metadata.Configuration["delta.constraints.v_pos"]);

        foreach (var bad in new[] { "-1", "0", "NULL::INTEGER" })
        {
            var e = await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AppendAsync($"SELECT 2 AS id, {bad} AS v"));
            Assert.Equal("delta.constraint", e.Code);
            Assert.Contains("'v_pos' is broken by 1 row.", e.Message);
        }

        await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.UpdateAsync(new Dictionary<string, string> { ["v"] = "-v" }));
        Assert.Single(_t.DataFiles());
        await _t.Operations.AppendAsync("SELECT 2 AS id, 1 AS v");
        await _t.Operations.DropConstraintAsync("v_pos");
        await _t.Operations.AppendAsync("SELECT 3 AS id, -1 AS v");
        Assert.Equal(["3"], await _t.RowsAsync("select count(*) from gold.t"));
    }

    [Theory]
    [InlineData("(SELECT count(*) FROM read_text('/etc/passwd')) > 0")]
    [InlineData("v > 0) OR (true")]
    [InlineData("no_such_function(v)")]
    [InlineData("v > \"other\"")]
    public async Task Constraint_ThatCannotBeEvaluated_RefusesTheWrite(string expression) =>
        Assert.Equal("delta.unsupported", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AddConstraintAsync("c", expression))).Code);

    [Fact]
    public async Task NotNull_AtAnyDepth_Holds()
    {
        var transaction = await _t.Table.BeginAsync();
        var metadata = transaction.Snapshot.Metadata;
        transaction.Add(metadata with
        {
            SchemaString = metadata.SchemaString
                .Replace("""{"name":"id","type":"integer","nullable":true""", """{"name":"id","type":"integer","nullable":false""", StringComparison.Ordinal)
                .Replace("""{"name":"a","type":"integer","nullable":true""", """{"name":"a","type":"integer","nullable":false""", StringComparison.Ordinal),
        });
        await transaction.CommitAsync(new Lakehouse.Delta.Transactions.CommitDescription { Operation = "CHANGE COLUMN" });

        Assert.Contains("'id' is broken by 1 row", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AppendAsync("SELECT NULL::INTEGER AS id, {'a': 1} AS st"))).Message);
        Assert.Contains("'st.a' is broken by 1 row", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AppendAsync("SELECT 2 AS id, {'a': NULL::INTEGER} AS st"))).Message);
        await _t.Operations.AppendAsync("SELECT 2 AS id, NULL::STRUCT(a INTEGER) AS st");
        Assert.Equal(["2"], await _t.RowsAsync("select count(*) from gold.t"));
    }

    [Fact]
    public async Task Schema_Changes_AreInTheLogAsSparkWritesThem()
    {
        await _t.Operations.AddColumnsAsync([new TableColumn("extra", "VARCHAR")]);
        Assert.Equal("schema.column", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.AddColumnsAsync([new TableColumn("EXTRA", "VARCHAR")]))).Code);
        Assert.Equal("schema.widen", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.WidenColumnAsync("v", "BIGINT"))).Code);
        Assert.Equal("schema.widen", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.WidenColumnAsync("v", "SMALLINT"))).Code);
        var info = (await _t.Table.CommitsAsync(1, 2))[0].Info!;
        Assert.Equal("""[{"column":{"name":"extra","type":"string","nullable":true,"metadata":{}}}]""", (string?)info["operationParameters"]!["columns"]);
        Assert.Equal(["1 5 -"], await _t.RowsAsync("select id, v, extra from gold.t"));
        await _t.Operations.SetPropertiesAsync(new Dictionary<string, string> { ["owner"] = "me" });
        await _t.Operations.UnsetPropertiesAsync(["owner"]);
        Assert.Empty((await _t.HeadAsync()).Metadata.Configuration);
        Assert.Equal("delta.unsupported", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Operations.SetPropertiesAsync(new Dictionary<string, string> { ["delta.columnMapping.mode"] = "name" }))).Code);
    }
}
