using System.Text.Json;
using Lakehouse.Contracts;
using Lakehouse.Quality;
using Lakehouse.Tests.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Quality;

/// <summary>SQL in a contract reaches the table it is about and nothing else: it goes through the gate that models go through.</summary>
public sealed class ContractSqlTests : EngineTests
{
    private readonly TempDir _folder = new();

    public ContractSqlTests()
    {
        Connection.Execute("CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 1 AS id; CREATE TABLE other AS SELECT 1 AS id; CREATE TABLE data AS SELECT 1 AS v");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    /// <summary>Everything that a model is refused, a rule of a contract is refused too, and nothing of it has an effect.</summary>
    [Fact]
    public void Run_EveryEscapeAsQueryAndAsPredicate_IsBroken()
    {
        File.WriteAllText(_folder.At("secret.csv"), "a,b\n1,2\n");
        var texts = EscapeTests.Queries.Select(q => q.Data.Replace("{f}", _folder.At("secret.csv"), StringComparison.Ordinal).Replace("{d}", _folder.Root, StringComparison.Ordinal))
            .Where(q => q.Length > 0).ToList();
        var rules = texts.Select((q, i) => $"{{name: q{i}, type: sql, mustBe: 0, query: {JsonSerializer.Serialize(q)}}}")
            .Concat(texts.Select((q, i) => $"{{name: p{i}, type: custom, engine: duckdb, implementation: {JsonSerializer.Serialize($"1 = ({q})")}}}"));

        var report = Check($"- {{name: t, properties: [{{name: v}}], quality: [{string.Join(", ", rules)}]}}");

        Assert.True(report.Results.Count > 400);
        Assert.Equal(["v.present"], report.Results.Where(r => r.Status is not CheckStatus.Broken).Select(r => r.Rule));
        Assert.Equal(["secret.csv"], Directory.EnumerateFileSystemEntries(_folder.Root).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM read_csv('/etc/passwd')", "'read_csv'")]
    [InlineData("SELECT count(*) FROM '/etc/passwd'", "'/etc/passwd'")]
    [InlineData("SELECT count(*) FROM 's3://bucket/x.parquet'", "'s3://bucket/x.parquet'")]
    [InlineData("SELECT current_setting('temp_directory')", "'current_setting'")]
    [InlineData("SELECT count(*) FROM other", "'other'")]
    [InlineData("SELECT count(*) FROM s.t", "'s.t'")]
    [InlineData("SELECT count(*) FROM ${table} WHERE v IN (SELECT id FROM other)", "'other'")]
    [InlineData("SELECT count(*) FROM duckdb_secrets()", "'duckdb_secrets'")]
    [InlineData("SELECT sleep_ms(100000)", "'sleep_ms'")]
    [InlineData("SELECT 1; DROP TABLE data", "Only SELECT")]
    public void Query_ThatReachesBeyondItsTable_IsRefusedByName(string query, string named)
    {
        var result = Check($"- {{name: t, properties: [{{name: v}}], quality: [{{name: q, type: sql, mustBe: 1, query: {JsonSerializer.Serialize(query)}}}]}}").Results[^1];
        Assert.Equal(CheckStatus.Broken, result.Status);
        Assert.Contains(named, result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v IN (SELECT id FROM other)", "'other'")]
    [InlineData("EXISTS (FROM read_text('/etc/passwd'))", "'read_text'")]
    [InlineData("v IN (SELECT v FROM ${table})", "the table of the contract")]
    [InlineData("getenv('HOME') = ''", "'getenv'")]
    [InlineData("v > 0) OR (true", "syntax error")]
    [InlineData("true) FROM other WHERE (true", "syntax error")]
    public void Predicate_ThatReachesBeyondItsRow_IsRefusedByName(string predicate, string named)
    {
        var result = Check($"- {{name: t, properties: [{{name: v}}], quality: [{{name: p, type: custom, engine: duckdb, implementation: {JsonSerializer.Serialize(predicate)}}}]}}").Results[^1];
        Assert.Equal(CheckStatus.Broken, result.Status);
        Assert.Contains(named, result.Message, StringComparison.Ordinal);
    }

    /// <summary>A contract may call its table as it likes; that gives it no other table of that name.</summary>
    [Theory]
    [InlineData("other", "SELECT min(v) FROM other", CheckStatus.Passed)]
    [InlineData("other", "SELECT min(v) FROM Other AS o -- the table", CheckStatus.Passed)]
    [InlineData("s.t", "SELECT count(*) FROM s.t", CheckStatus.Broken)]
    [InlineData("x", "WITH o AS (FROM x), n AS (SELECT count(*) AS c FROM ${table}, range(1)) SELECT c FROM n, o", CheckStatus.Passed)]
    public void Query_ByTheTablesName_ReadsTheTableAlone(string physicalName, string query, CheckStatus expected)
    {
        var result = Check($"- {{name: t, physicalName: {physicalName}, properties: [{{name: v}}], quality: [{{name: q, type: sql, mustBe: 1, query: {JsonSerializer.Serialize(query)}}}]}}").Results[^1];
        Assert.Equal((expected, result.Message), (result.Status, result.Message));
    }

    private CheckReport Check(string schema)
    {
        var parsed = ContractParser.Parse($"version: 2.1.0\napiVersion: v3.1.0\nkind: DataContract\nid: x\nstatus: active\nschema:\n{schema}", "x.odcs.yaml");
        Assert.Empty(parsed.Errors);
        return ContractPlan.Compile(parsed.Contract!.Tables[0], Connection, "data").Run(Connection, CheckedData.Request("data"));
    }
}
