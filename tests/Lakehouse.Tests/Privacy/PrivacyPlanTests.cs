using Lakehouse.Contracts;
using Lakehouse.Privacy;
using Lakehouse.Tables;
using Lakehouse.Quality;
using Lakehouse.Tests.Quality;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Privacy;

public sealed class PrivacyPlanTests : EngineTests
{
    private const string Head = "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\nschema:\n- name: t\n  properties:\n";

    private readonly TempDir _keys = new();

    public PrivacyPlanTests()
        : base(threads: 2)
    {
        File.WriteAllText(_keys.At("customers.1.key"), Convert.ToBase64String(new byte[32]));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _keys.Dispose();
    }

    [Fact]
    public void Handle_EachHandling_DoesWhatTheContractSays()
    {
        Connection.Execute("""
            CREATE TABLE made AS SELECT * FROM (VALUES
                (1, 'ann@x.org', '4111111111111111', 'secret', 'Anna', 37, DATE '1983-05-17', 'SW1A 2AA', -7::BIGINT),
                (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (3, ' ANN@X.org', '123', 'x', 'Jo', 40, DATE '1984-01-01', 'E1', 10)) t(id, email, card, dropped, name, age, born, postcode, score)
            """);
        var plan = Plan("""
              - {name: id}
              - {name: email, customProperties: [{property: privacy, value: {handling: tokenise, key: customers, domain: email, normalise: lower}}]}
              - {name: card, customProperties: [{property: privacy, value: {handling: mask, showLast: 4}}]}
              - {name: dropped, customProperties: [{property: privacy, value: drop}]}
              - {name: name, customProperties: [{property: privacy, value: {handling: null}}]}
              - {name: age, customProperties: [{property: privacy, value: {handling: generalise, bucket: 10}}]}
              - {name: born, customProperties: [{property: privacy, value: {handling: generalise, unit: year}}]}
              - {name: postcode, customProperties: [{property: privacy, value: {handling: generalise, prefix: 2}}]}
              - {name: score, customProperties: [{property: privacy, value: {handling: generalise, bucket: 5}}]}
            """);

        var relation = plan.Handle(Connection, "made", new FolderKeyRing(_keys.Root));

        Assert.Equal("handled", relation);
        Assert.Equal(["id", "email", "card", "name", "age", "born", "postcode", "score"], Connection.Describe("handled").Select(c => c.Name));
        var rows = Connection.Query("SELECT * FROM handled ORDER BY id").Rows;
        Assert.Matches("^customers\\.1:[A-Za-z0-9_-]{22}$", (string)rows[0][1]!);
        Assert.Equal(rows[0][1], rows[2][1]);
        Assert.Equal(["************1111", null, 30, new DateOnly(1983, 1, 1), "SW", -10L], rows[0].Skip(2));
        Assert.Equal([null, null, null, null, null, null, null], rows[1].Skip(1));
        Assert.Equal(["***", null, 40, new DateOnly(1984, 1, 1), "E1", 10L], rows[2].Skip(2));
        Assert.Null(Connection.Scalar<string>("SELECT \"token of email\"('ann@x.org')"));
        Assert.Equal(["INTEGER", "VARCHAR", "VARCHAR", "VARCHAR", "INTEGER", "DATE", "VARCHAR", "BIGINT"], Connection.Describe("handled").Select(c => c.Type));
    }

    [Theory]
    [InlineData("BIGINT", "10", "9223372036854775807,9007199254740993,-1,-9223372036854775808", "9223372036854775800,9007199254740990,-10,-9223372036854775808")]
    [InlineData("TINYINT", "10", "127,7,-12,-128", "120,0,-20,-128")]
    [InlineData("INTEGER", "1e3", "2147483647,999,-2147483648", "2147483000,0,-2147483648")]
    [InlineData("DECIMAL(18,2)", "10", "9999999999999999.99,-0.01,-9999999999999999.99", "9999999999999990.00,-10.00,-9999999999999999.99")]
    [InlineData("DECIMAL(4,0)", "2.5", "9999,4,-9999", "9998,3,-9999")]
    [InlineData("DECIMAL(38,10)", "0.5", "1234567890123456789012345678.0123456789,0.9", "1234567890123456789012345678.0000000000,0.5000000000")]
    [InlineData("DOUBLE", "1000", "NaN,inf,-1.5", "nan,inf,-1000.0")]
    public void Handle_BucketsAtTheEdgesOfTheirType_AreExactAndNeverFail(string type, string bucket, string values, string expected)
    {
        Connection.Execute($"CREATE TABLE edge AS SELECT CAST(v AS {type}) AS n FROM unnest([{string.Join(", ", values.Split(',').Select(v => $"'{v}'"))}, NULL]) t(v)");

        var handled = Plan($"  - {{name: n, customProperties: [{{property: privacy, value: {{handling: generalise, bucket: {bucket}}}}}]}}").Handle(Connection, "edge", new FolderKeyRing(null));

        Assert.Equal([.. expected.Split(','), null], Connection.Query($"SELECT CAST(n AS VARCHAR) FROM {handled}").Rows.Select(r => (string?)r[0]));
        Assert.Equal(type, Connection.Describe(handled)[0].Type);
    }

    [Fact]
    public void Handle_RulesThatKeep_LeavesTheRelationAlone()
    {
        Connection.Execute("CREATE TABLE made AS SELECT 'ann@x.org' AS email");

        Assert.Equal("made", Plan("  - {name: email, classification: restricted}").Handle(Connection, "made", new FolderKeyRing(null)));
    }

    [Fact]
    public void Handle_MaskOfANumber_NamesColumnTypeAndWayOut()
    {
        Connection.Execute("CREATE TABLE made AS SELECT 1 AS n");

        var error = Assert.Throws<LakehouseException>(() => Plan("  - {name: n, customProperties: [{property: privacy, value: mask}]}").Handle(Connection, "made", new FolderKeyRing(null)));

        Assert.Equal("privacy.handling", error.Code);
        Assert.Contains("'n' is of type INTEGER: expected text", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such", "No file", "expected a file 'no-such.1.key'")]
    [InlineData("short", "AAAA", "expected 32 bytes or more")]
    [InlineData("text", "not base64!", "expected 32 bytes or more as base64")]
    public void Current_KeyThatIsNone_SaysSoWithoutItsBytes(string name, string content, string expected)
    {
        if (content != "No file")
        {
            File.WriteAllText(_keys.At($"{name}.1.key"), content);
        }

        var error = Assert.Throws<LakehouseException>(() => new FolderKeyRing(_keys.Root).Current(name));

        Assert.Equal("privacy.key", error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(content, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Current_SeveralVersions_GivesTheNewest()
    {
        File.WriteAllText(_keys.At("customers.10.key"), Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        File.WriteAllText(_keys.At("customers.9.key"), Convert.ToBase64String(new byte[40]));
        File.WriteAllText(_keys.At("customers.old.key"), "none");

        Assert.Equal("customers.10", new FolderKeyRing(_keys.Root).Current("customers").ToString());
    }

    [Fact]
    public void Unclassified_ColumnsWithPersonalValues_AreNamedUnlessTheContractKnowsThem()
    {
        Connection.Execute("CREATE TABLE made AS SELECT i AS id, 'u' || i || '@x.org' AS contact, 'u' || i || '@x.org' AS mail, 'u' || i || '@x.org' AS shown, 'u' || i || '@x.org' AS _source_uri FROM range(100) r(i)");
        var plan = Plan("  - {name: id}\n  - {name: contact}\n  - {name: mail, tags: [PII]}\n  - {name: shown, classification: public}");

        var findings = plan.Unclassified(Connection, "made", Connection.Describe("made").Select(c => new TableColumn(c.Name, c.Type)));

        Assert.Equal([("contact", PiiKind.Email)], findings.Select(f => (f.Column, f.Kind)));
        Assert.Contains("'contact' looks like e-mail addresses (100 of 100", plan.Refusal(findings), StringComparison.Ordinal);
        Assert.DoesNotContain("@x.org", plan.Refusal(findings), StringComparison.Ordinal);
        Assert.Null(plan.Refusal([]));
    }

    [Theory]
    [InlineData("{name: v, customProperties: [{property: privacy, value: hide}]}", "a handling: keep, drop")]
    [InlineData("{name: v, customProperties: [{property: privacy, value: {handling: generalise}}]}", "one of bucket, unit and prefix")]
    [InlineData("{name: v, customProperties: [{property: privacy, value: {handling: generalise, unit: decade}}]}", "one of year, quarter")]
    [InlineData("{name: v, customProperties: [{property: privacy, value: {handling: tokenise, digits: true}}]}", "'minLength' is 15 or more")]
    [InlineData("{name: v, customProperties: [{property: privacy, value: {handling: tokenise, keys: a}}]}", "seen 'keys'")]
    [InlineData("{name: v, required: true, customProperties: [{property: privacy, value: drop}]}", "left out to be no key")]
    public void Parse_PrivacyThatCannotBe_IsRefusedWithItsLine(string column, string expected)
    {
        var error = Assert.Single(ContractParser.Parse(Head + "  - " + column, "c.yaml").Errors);

        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(9, error.Line);
    }

    [Fact]
    public void Run_DroppedColumn_MustBeAbsent()
    {
        const string contract = Head + "  - {name: id}\n  - {name: email, customProperties: [{property: privacy, value: drop}]}";
        var table = ContractParser.Parse(contract, "c.yaml").Contract!.Table();
        Connection.Execute("CREATE TABLE without AS SELECT 1 AS id; CREATE TABLE has AS SELECT 1 AS id, 'x' AS email");

        Assert.Equal(CheckOutcome.Passed, ContractPlan.Compile(table, Connection, "without").Run(Connection, CheckedData.Request("without")).Outcome);
        Assert.Equal(CheckOutcome.Failed, ContractPlan.Compile(table, Connection, "has").Run(Connection, CheckedData.Request("has")).Outcome);
    }

    [Fact]
    public void Run_UnclassifiedPersonalValueInARowKeptAside_IsHiddenInTheSample()
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES (NULL::INT, 'write to ann@x.org', 'plain', 'k')) t(n, note, other, secret)");
        var table = ContractParser.Parse(Head + "  - {name: n, required: true}\n  - {name: note}\n  - {name: other}\n  - {name: secret, classification: restricted}", "c.yaml").Contract!.Table();

        ContractPlan.Compile(table, Connection, "data").Run(Connection, CheckedData.Request("data"));

        Assert.Equal("""{"n":null,"note":"write to ***","other":"plain","secret":"***"}""", Connection.Scalar<string>("SELECT \"row\" FROM quarantine"));
    }

    private static PrivacyPlan Plan(string properties)
    {
        var result = ContractParser.Parse(Head + properties, "c.yaml");
        Assert.Empty(result.Errors);
        return PrivacyPlan.Of(result.Contract!.Table());
    }
}
