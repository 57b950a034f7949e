using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;

namespace Lakehouse.Tests.Quality;

public sealed class ContractPlanTests() : EngineTests(threads: 2)
{
    private const string Head = "version: 2.1.0\napiVersion: v3.1.0\nkind: DataContract\nid: x\nstatus: active\n";

    [Fact]
    public void Run_RowsThatBreakErrorRules_GoToTheQuarantineWithAllReasons()
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES (1, 'a', 5, 'f.csv', 1), (2, NULL, -1, 'f.csv', 2), (3, 'toolong', 7, 'f.csv', 3), (4, 'b', NULL, 'f.csv', 4)) t(id, name, amount, _source_uri, _source_row)");

        var report = Check("""
            - name: t
              properties:
              - {name: id, logicalType: integer, required: true}
              - {name: name, logicalType: string, required: true, logicalTypeOptions: {maxLength: 3}}
              - {name: amount, logicalType: integer, logicalTypeOptions: {minimum: 0}, quality: [{metric: nullValues, mustBe: 0, severity: warning}]}
            """);

        Assert.Equal((4, 2, 2, 0), (report.Rows, report.Passing, report.Quarantined, report.Dropped));
        Assert.Equal(CheckOutcome.Quarantined, report.Outcome);
        Assert.Equal([[1], [4]], Connection.Query("SELECT id FROM passing ORDER BY id").Rows);
        Assert.Equal(
            [
                ["silver.t", "2020-03-22", "name.required", "'name' is null, a value is required; 'amount' is below 0", "error", "2.1.0", "f.csv", 2L, """{"id":2,"name":null,"amount":-1,"_source_uri":"f.csv","_source_row":2}""", "run-1", DateTimeOffset.UnixEpoch, "name.required,amount.minimum"],
                ["silver.t", "2020-03-22", "name.max_length", "'name' is longer than 3 characters", "error", "2.1.0", "f.csv", 3L, """{"id":3,"name":"toolong","amount":7,"_source_uri":"f.csv","_source_row":3}""", "run-1", DateTimeOffset.UnixEpoch, "name.max_length"],
            ],
            Connection.Query("SELECT * FROM quarantine ORDER BY source_row").Rows);
        var warning = report.Results.Single(r => r.Rule == "amount.null_values");
        Assert.Equal((CheckStatus.Failed, 1L, false, true), (warning.Status, warning.Offenders, warning.IsQuarantined, warning.IsAcceptable));
        Assert.Equal(QuarantineTable.Columns.Select(c => (c.Name, c.SqlType)), Connection.Describe("quarantine"));
    }

    [Fact]
    public void Run_SensitiveAndUndeclaredColumns_AreMaskedInTheQuarantine()
    {
        Connection.Execute("CREATE TABLE data AS SELECT NULL::INTEGER AS id, 'ann@example.org' AS mail, '4711' AS extra, NULL::VARCHAR AS phone");

        Check("""
            - name: t
              properties:
              - {name: id, logicalType: integer, required: true}
              - {name: mail, logicalType: string, classification: restricted}
              - {name: phone, logicalType: string, tags: [pii.phone]}
            """);

        Assert.Equal("""{"id":null,"mail":"***","extra":"***","phone":null}""", Connection.Scalar<string>("SELECT \"row\" FROM quarantine"));
    }

    [Fact]
    public void Run_SeveralPartitions_MarksEachRowWithItsOwn()
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES (NULL::INTEGER, DATE '2020-03-01'), (NULL, DATE '2020-03-02'), (NULL, NULL), (1, DATE '2020-03-02')) t(v, day)");

        ContractPlan.Compile(Table("- {name: t, properties: [{name: v, required: true}, {name: day}]}"), Connection, "data").Run(Connection, CheckedData.Request("data") with { PartitionColumn = "day" });

        Assert.Equal([["2020-03-01"], ["2020-03-02"], ["2020-03-22"]], Connection.Query("SELECT partition FROM quarantine ORDER BY 1").Rows);
    }

    [Fact]
    public void Run_WarningRule_KeepsTheRowAndWarns()
    {
        Connection.Execute("CREATE TABLE data AS SELECT NULL::VARCHAR AS v");

        var report = Check("- {name: t, properties: [{name: v, quality: [{metric: nullValues, mustBe: 0, severity: warning}]}]}");

        Assert.Equal((CheckOutcome.Warned, 1L), (report.Outcome, report.Passing));
    }

    [Theory]
    [InlineData("mustBeLessThan: 60, unit: percent", CheckStatus.Passed, "< 60 %", 4)]
    [InlineData("mustBeLessThan: 50, unit: percent", CheckStatus.Failed, "< 50 %", 4)]
    [InlineData("mustBeLessOrEqualTo: 2", CheckStatus.Passed, "<= 2", 4)]
    [InlineData("mustBe: 0", CheckStatus.Failed, "= 0", 2)]
    [InlineData("mustBe: 0.0, unit: percent", CheckStatus.Failed, "= 0.0 %", 2)]
    [InlineData("mustBeLessThan: 1", CheckStatus.Failed, "< 1", 2)]
    [InlineData("mustBeLessThan: 1, unit: percent", CheckStatus.Failed, "< 1 %", 4)]
    public void Run_RuleWithTolerance_KeepsRowsAndStopsThePublishWhenItIsExceeded(string threshold, CheckStatus status, string text, long passing)
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES ('a'), (NULL), (NULL), ('b')) t(v)");

        var report = Check($"- {{name: t, properties: [{{name: v, quality: [{{name: gaps, metric: nullValues, {threshold}}}]}}]}}");

        var result = report.Results.Single(r => r.Rule == "gaps");
        Assert.Equal((status, text, passing), (result.Status, result.Threshold, report.Passing));
        Assert.Equal(status is CheckStatus.Passed ? CheckOutcome.Passed : passing == 4 ? CheckOutcome.Failed : CheckOutcome.Quarantined, report.Outcome);
    }

    [Fact]
    public void Run_Deduplication_KeepsTheFirstInOrderAndChecksTheKeyAfterwards()
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES ('a', 1, 'x'), ('a', 3, 'y'), ('a', 3, 'b'), ('b', NULL, 'z'), (NULL, 9, 'q')) t(k, seen, v)");
        const string contract = "- {name: t, properties: [{name: k, primaryKey: true}, {name: seen}, {name: v}]}";

        var without = Check(contract);
        var with = Check(contract, new Deduplication(["k"], [new SortColumn("seen", Descending: true)]));

        Assert.Equal((CheckOutcome.Failed, 4L, 1L, 0L), (without.Outcome, without.Passing, without.Quarantined, without.Dropped));
        Assert.Equal((CheckOutcome.Quarantined, 2L, 1L, 2L), (with.Outcome, with.Passing, with.Quarantined, with.Dropped));
        Assert.Equal([["a", "b"], ["b", "z"]], Connection.Query("SELECT k, v FROM passing ORDER BY k").Rows);
    }

    [Fact]
    public void Run_BrokenRules_AreReportedAndTheOthersStillRun()
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES (1), (NULL)) t(v)");

        var report = Check("""
            - name: t
              properties:
              - name: v
                required: true
                quality:
                - {name: nonsense, type: custom, engine: duckdb, implementation: "nothing_here > 3"}
                - {name: injected, type: custom, engine: duckdb, implementation: "true); DROP TABLE data; SELECT (1"}
                - {name: reads file, type: sql, query: "SELECT count(*) FROM read_csv('/etc/passwd')", mustBe: 0}
                - {name: no table, type: sql, query: SELECT x FROM nowhere, mustBe: 0}
                - {name: by name, type: sql, query: "SELECT count(*) FROM t", mustBe: 1}
                - {name: by placeholder, type: sql, query: "SELECT max(${column}) FROM ${table};", mustBeBetween: [1, 2]}
                - {name: positive, type: custom, engine: duckdb, implementation: "${column} > 0"}
                - {name: elsewhere, type: custom, engine: soda, implementation: x}
                - {name: said, type: text, description: be good}
            """);

        Assert.Equal(
            "v.present=Passed v.required=Failed nonsense=Broken injected=Broken reads file=Broken no table=Broken by name=Passed by placeholder=Passed positive=Passed elsewhere=NotRun said=NotRun",
            string.Join(' ', report.Results.Select(r => $"{r.Rule}={r.Status}")));
        Assert.Equal(CheckOutcome.Failed, report.Outcome);
        Assert.Equal((1L, 1L), (report.Passing, report.Quarantined));
        Assert.Contains("nothing_here", report.Results.Single(r => r.Rule == "nonsense").Message, StringComparison.Ordinal);
        Assert.Equal(2, Connection.Scalar<long>("SELECT count(*) FROM data"));
    }

    [Theory]
    [InlineData("BIGINT", "INTEGER", CheckOutcome.Passed)]
    [InlineData("BIGINT", "HUGEINT", CheckOutcome.Failed)]
    [InlineData("BIGINT", "VARCHAR", CheckOutcome.Failed)]
    [InlineData("BIGINT", "DOUBLE", CheckOutcome.Failed)]
    public void Run_TypedTable_ChecksTheColumnsType(string declared, string seen, CheckOutcome outcome)
    {
        Connection.Execute($"CREATE TABLE data AS SELECT 1::{seen} AS v");

        var report = Check($"- {{name: t, properties: [{{name: v, logicalType: integer, physicalType: {declared}}}]}}");

        Assert.Equal(outcome, report.Outcome);
        Assert.True(outcome is CheckOutcome.Passed || report.Results.Single(r => r.Rule == "v.type").Message!.Contains($"{declared}, seen {seen}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("integer", "", "1,-7,+3, 4 ,9223372036854775807,1.0", "1.5,x,'',9223372036854775808,15e-1")]
    [InlineData("integer", "format: u8", "0,255", "256,-1")]
    [InlineData("number", "", "1,-1.5,1e3", "x,1.2.3")]
    [InlineData("date", "", "2024-02-29", "2023-02-29,2024-13-45,29.02.2024")]
    [InlineData("date", "format: dd.MM.yyyy", "29.02.2024", "2024-02-29,30.02.2024")]
    [InlineData("timestamp", "", "2024-01-01 10:00:00,2024-01-01T10:00:00Z,2024-01-01T10:00:00+02:00", "later")]
    [InlineData("timestamp", "format: \"yyyy-MM-dd'T'HH:mm\"", "2024-01-01T10:00", "2024-01-01 10:00")]
    [InlineData("boolean", "", "true,false", "maybe")]
    [InlineData("string", "format: email", "a@b.org,a.b+c@d-e.co.uk", "nope,a@b,a@@b.org,a b@c.org")]
    [InlineData("string", "format: uuid", "6b1f1c0e-1111-4a4a-8b8b-0123456789ab", "6b1f1c0e11114a4a8b8b0123456789ab")]
    [InlineData("string", "format: ipv4", "1.2.3.4,255.255.255.255", "256.1.1.1,1.2.3")]
    [InlineData("string", "format: ipv6", "::1,2001:db8::ff00:42:8329,::", "1::2::3,12345::")]
    [InlineData("string", "format: date-time", "2024-01-01T10:00:00Z", "soon")]
    [InlineData("string", "minLength: 2, maxLength: 3", "ab,äöü", "a,abcd")]
    [InlineData("string", "pattern: \"^[A-Z]{2}\"", "AB,ABC", "A1,ab")]
    [InlineData("integer", "exclusiveMinimum: 1, exclusiveMaximum: 3", "2", "1,3")]
    [InlineData("integer", "multipleOf: 5", "0,10,-5", "3")]
    [InlineData("number", "multipleOf: 0.1", "0.3,1.1", "0.25")]
    [InlineData("date", "minimum: '2020-01-01', maximum: '2020-12-31'", "2020-01-01,2020-12-31", "2019-12-31,2021-01-01")]
    public void Run_RawText_TellsSoundFromUnsoundValues(string type, string options, string sound, string unsound)
    {
        var all = sound.Split(',').Concat(unsound.Split(',')).Select(v => $"({(v == "''" ? v : SqlIdentifier.Literal(v))})");
        Connection.Execute($"CREATE OR REPLACE TABLE data AS SELECT * FROM (VALUES (NULL::VARCHAR), {string.Join(", ", all)}) t(v)");

        var report = Check($"- {{name: t, properties: [{{name: v, logicalType: {type}, logicalTypeOptions: {{{options}}}}}]}}", text: TextColumns.CheckEachValue);

        Assert.Equal(sound.Split(',').Order(StringComparer.Ordinal), Connection.Query("SELECT v FROM passing WHERE v IS NOT NULL").Rows.Select(r => (string)r[0]!).Order(StringComparer.Ordinal));
        Assert.Equal(unsound.Split(',').Length, report.Quarantined);
    }

    [Fact]
    public void Run_References_QuarantineRowsThatReferToNothing()
    {
        Connection.Execute("CREATE TABLE customers AS SELECT * FROM (VALUES (1, 'DE'), (2, 'FR'), (NULL, 'IT')) t(id, land); CREATE TABLE data AS SELECT * FROM (VALUES ('1', 'DE'), ('2', 'DE'), ('3', NULL), (NULL, 'XX')) t(customer, land)");
        const string contract = """
            - name: t
              properties:
              - {name: customer, relationships: [{to: schema/customers/properties/id}]}
              - {name: land}
              relationships:
              - {from: [t.customer, t.land], to: [customers.id, customers.land]}
              - {from: t.land, to: lands.code}
            """;

        var report = ContractPlan.Compile(Table(contract), Connection, "data", references: new Dictionary<string, string> { ["customers"] = "main.customers" }).Run(Connection, CheckedData.Request("data"));

        Assert.Equal("customer.reference=Failed/1 customer_land.reference=Failed/1 land.reference=NotRun/0", string.Join(' ', report.Results.Where(r => r.Kind is CheckKind.Reference).Select(r => $"{r.Rule}={r.Status}/{r.Offenders}")));
        Assert.Equal([["1", "DE"], [null, "XX"]], Connection.Query("SELECT * FROM passing ORDER BY 1 NULLS LAST").Rows);
    }

    [Fact]
    public void Run_ARuleThatChangesItsMind_IsRefused()
    {
        Connection.Execute("CREATE TABLE data AS SELECT range AS v, range AS broken FROM range(10000)");

        var e = Assert.Throws<LakehouseException>(() => Check("- {name: t, properties: [{name: v, quality: [{name: chance, type: custom, engine: duckdb, implementation: \"random() < 0.5\"}]}]}"));

        Assert.Equal("quality.conservation", e.Code);
        Assert.Contains("'chance'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TwoPlansOverManyRows_KeepTheirViewsApart()
    {
        Connection.Execute("CREATE TABLE data AS SELECT CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END AS v, true AS broken FROM range(150000) t(i)");
        foreach (var letter in new[] { "a", "b" })
        {
            var table = Table($"- {{name: t, properties: [{{name: v, logicalType: string, logicalTypeOptions: {{pattern: \"[{letter}c]\"}}}}]}}");
            var report = ContractPlan.Compile(table, Connection, "data").Run(Connection, CheckedData.Request("data") with { PassingView = "passing_" + letter, QuarantineTable = "aside_" + letter });
            Assert.Equal((100_000L, 50_000L), (report.Passing, report.Quarantined));
        }

        Assert.Equal([["a"], ["c"]], Connection.Query("SELECT DISTINCT v FROM passing_a ORDER BY 1").Rows);
        Assert.Equal([["b"], ["c"]], Connection.Query("SELECT DISTINCT v FROM passing_b ORDER BY 1").Rows);
        Assert.Equal(0, Connection.Scalar<long>("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '%aside%aside%'"));
    }

    [Fact]
    public void ViolationsSql_Relation_GivesTheRowsWithTheirRules()
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES (1), (NULL)) t(v)");
        var plan = ContractPlan.Compile(Table("- {name: t, properties: [{name: v, required: true}]}"), Connection, "data");

        Assert.Equal([["v.required", "v.required", "'v' is null, a value is required", null]], Connection.Query(plan.ViolationsSql("data")).Rows);
    }

    [Fact]
    public void Compare_OtherColumns_NamesMissingRenamedUnexpectedAndRetyped()
    {
        var diff = SchemaDiff.Compare(
            Table("- {name: t, properties: [{name: id, logicalType: integer}, {name: last_update, logicalType: string}, {name: gone}]}"),
            [new("LastUpdate", "VARCHAR"), new("ID", "VARCHAR"), new("fresh", "VARCHAR")]);

        Assert.Equal(["last_update", "gone"], diff.Missing);
        Assert.Equal(["LastUpdate", "fresh"], diff.Unexpected);
        Assert.Equal([new RetypedColumn("id", "integer", "VARCHAR")], diff.Retyped);
        Assert.Equal([("last_update", "LastUpdate")], diff.Renamed.Select(r => (r.Declared, r.Seen)));
        Assert.False(diff.IsCompatible);
    }

    private static ContractTable Table(string schema)
    {
        var result = ContractParser.Parse(Head + "schema:\n" + schema, "c.yaml");
        Assert.Empty(result.Errors);
        return result.Contract!.Table();
    }

    private CheckReport Check(string schema, Deduplication? deduplicate = null, TextColumns text = TextColumns.Refuse) =>
        ContractPlan.Compile(Table(schema), Connection, "data", text).Run(Connection, CheckedData.Request("data") with { Deduplicate = deduplicate });
}
