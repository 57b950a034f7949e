using Lakehouse.Contracts;

namespace Lakehouse.Tests.Contracts;

public sealed class ContractParserTests
{
    private const string Head = "version: 1.0.0\napiVersion: v3.1.0\nkind: DataContract\nid: x\nstatus: active\n";

    [Fact]
    public void Parse_SeveralMistakes_ReportsAllWithPlaceAndHelp()
    {
        var result = ContractParser.Parse(
            Head + """
            schema:
            - name: orders
              busineesName: x
              properties:
              - name: id
                logicalType: int
                required: yes
                quality:
                - metric: nullValue
                  mustBe: 0
            """,
            "c.yaml");

        Assert.Null(result.Contract);
        Assert.Equal(
            [(8, 3, "Did you mean 'businessName'?"), (11, 18, ""), (12, 15, "Write true."), (14, 15, "Did you mean 'nullValues'?")],
            result.Errors.Select(e => (e.Line, e.Column, e.Help ?? "")));
    }

    [Theory]
    [InlineData("id: y\n", "already given on line 4")]
    [InlineData("name: *nope\n", "names no anchor")]
    [InlineData("name: [\n", "not readable as YAML")]
    public void Parse_UnreadableYaml_NamesThePlace(string tail, string expected)
    {
        var result = ContractParser.Parse(Head + tail, "c.yaml");

        Assert.Null(result.Contract);
        Assert.Contains(result.Errors, e => e.Rule == "yaml" && e.Seen.Contains(expected, StringComparison.Ordinal) && e.Line >= 6);
    }

    [Fact]
    public void Parse_AliasesOfAliases_AreRefusedBeforeTheyGrow()
    {
        var bomb = "tags: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"x{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Assert.Contains(ContractParser.Parse(Head + bomb, "c.yaml").Errors, e => e.Seen.Contains("nodes", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_Headers_BecomeGenerations()
    {
        var contract = ContractParser.Parse(
            Head + """
            schema:
            - name: daily
              properties:
              - name: province_state
                logicalType: string
              - name: latitude
                logicalType: string
              customProperties:
              - property: headers
                value:
                - name: early
                  columns:
                  - {name: province_state, header: Province/State}
                  - {name: latitude, header: Latitude, optional: true}
            """,
            "c.yaml").Contract!;

        var generation = Assert.Single(contract.Table().Headers);
        Assert.Equal("early", generation.Name);
        Assert.Equal([new HeaderColumn("province_state", "Province/State", false), new HeaderColumn("latitude", "Latitude", true)], generation.Columns);
    }

    [Fact]
    public void Parse_HeadersThatMapToNothing_AreErrors()
    {
        var errors = ContractParser.Parse(
            Head + """
            schema:
            - name: daily
              properties:
              - name: province_state
              customProperties:
              - property: headers
                value:
                - name: early
                  columns:
                  - {name: provence_state, header: Province/State}
                  - {name: province_state, haeder: Province/State}
                - columns: []
            """,
            "c.yaml").Errors;

        Assert.Equal(
            ["Did you mean 'province_state'?", "Did you mean 'header'?", ""],
            errors.Select(e => e.Help ?? ""));
        Assert.Equal("$.schema[0].customProperties[0].value[0].columns[0].name", errors[0].Path);
    }

    [Fact]
    public void Load_MissingFile_SaysSo() =>
        Assert.Equal("contract.missing", Assert.Throws<LakehouseException>(() => ContractParser.Load("/nowhere/c.odcs.yaml")).Code);

    [Fact]
    public void Parse_QualityRules_KeepOperatorUnitAndSeverity()
    {
        var table = ContractParser.Parse(
            Head + """
            schema:
            - name: t
              properties:
              - name: v
                quality:
                - {metric: missingValues, mustBeBetween: [1, 2.5], unit: percent, severity: warning, arguments: {missingValues: [null, '', N/A]}}
            """,
            "c.yaml").Contract!.Table();

        var rule = Assert.Single(table.Columns[0].Quality);
        Assert.Equal(new QualityThreshold(QualityOperator.MustBeBetween, "1", "2.5"), rule.Threshold);
        Assert.Equal([null, "", "N/A"], rule.MissingValues);
        Assert.True(rule.IsPercent);
        Assert.Equal(QualitySeverity.Warning, rule.Severity);
    }
}
