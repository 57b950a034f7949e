namespace Orchestrator.Pipelines.Tests.Loading;

/// <summary>Rules and handlings that a contract may state and no run could carry out: refused with their line before anything runs.</summary>
public sealed class ContractRuleErrorTests
{
    private const string Silver = "contracts/silver.orders.odcs.yaml";

    [Theory]
    [InlineData("{name: r, type: sql, query: 'SELEC 1', mustBe: 0}", "rule 'r' of the contract can never be evaluated: expected one SELECT")]
    [InlineData("{name: r, type: sql, query: 'SELECT count(nope) FROM ${table}', mustBe: 0}", "rule 'r' of the contract can never be evaluated: Referenced column \"nope\" not found")]
    [InlineData("{name: r, type: sql, query: 'SELECT count(*) FROM gold.totals', mustBe: 0}", "expected SQL over the table alone")]
    [InlineData("{name: r, type: custom, engine: duckdb, implementation: '${column} >'}", "rule 'r' of the contract can never be evaluated")]
    [InlineData("{name: r, type: custom, engine: duckdb, implementation: 'amonut > 0'}", "rule 'r' of the contract can never be evaluated: Referenced column \"amonut\" not found")]
    [InlineData("{name: r, type: custom, engine: lakehouse, implementation: {check: anomaly, sensitivty: 3}}", "(contract/check)", "'sensitivty'")]
    [InlineData("{name: r, type: custom, engine: lakehouse, implementation: {check: anomaly, metric: wrong}}", "(contract/check)", "wrong")]
    [InlineData("{name: r, type: custom, engine: lakehouse, implementation: {check: mean, column: nowhere, mustBe: 1}}", "rule 'r' of the contract can never be evaluated: expected the check 'mean' on a column that is there")]
    [InlineData("{name: r, type: custom, engine: lakehouse, implementation: {check: quantile, at: 7, mustBe: 1}}", "(contract/check)", "7")]
    [InlineData("{name: r, type: custom, engine: lakehouse, implementation: {check: psi, bins: 0, mustBeLessThan: 1}}", "(contract/check)", "0")]
    [InlineData("{name: r, metric: nullValues, mustBeBetween: [5, 2]}", "(contract/limits)", "5 and 2")]
    [InlineData("{name: r, metric: nullValues, mustBe: 0, unit: percents}", "(contract/unit)", "percents")]
    public void Load_RuleThatCannotBeEvaluated_IsRefusedWithItsLine(string rule, string what, string? seen = null)
    {
        using var folder = new PipelineFolder();
        folder.Edit(Silver, "physicalType: DOUBLE", $"physicalType: DOUBLE\n        quality:\n          - {rule}");

        var error = Assert.Single(folder.Errors());

        Assert.Equal((folder.At(Silver), 14), (error.File, error.Line));
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.Contains(seen ?? "", error.Seen ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{name: r, metric: nullValues, mustBe: 0}", "on a column, seen it on the table")]
    [InlineData("{name: r, type: custom, engine: lakehouse, implementation: {check: mean, mustBe: 1}}", "(contract/check)")]
    public void Load_RuleOfTheTableThatNeedsAColumn_IsRefused(string rule, string what)
    {
        using var folder = new PipelineFolder();
        File.AppendAllText(folder.At(Silver), $"\n    quality:\n      - {rule}\n");

        Assert.Contains(what, Assert.Single(folder.Errors()).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logicalType: string", "emial", "expected one of email, uuid, uri, hostname, ipv4, ipv6, byte, base64, date, date-time, time, password, binary, seen 'emial': did you mean 'email'?")]
    [InlineData("logicalType: date", "'week Q'", "expected a date pattern of y, M, d, H, h, m, s, S, a, E, X and Z, seen 'week Q'")]
    public void Load_FormatThatNobodyKnows_IsRefusedWithItsLine(string type, string format, string what)
    {
        using var folder = new PipelineFolder();
        folder.Edit(Silver, "- name: amount\n        physicalType: DOUBLE", $"- name: amount\n        {type}\n        logicalTypeOptions: {{format: {format}}}");

        var error = Assert.Single(folder.Errors(), e => e.What.Contains("can never be evaluated", StringComparison.Ordinal));

        Assert.Equal((folder.At(Silver), 11), (error.File, error.Line));
        Assert.Contains("rule 'amount.format' of the contract can never be evaluated: ", error.What, StringComparison.Ordinal);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logicalType: string", "password")]
    [InlineData("logicalType: string", "Email")]
    [InlineData("logicalType: integer", "i64")]
    [InlineData("logicalType: date", "dd.MM.yyyy")]
    public void Load_FormatThatIsKnownOrNotAsked_IsNoRuleThatCannotBe(string type, string format)
    {
        using var folder = new PipelineFolder();
        folder.Edit(Silver, "- name: amount\n        physicalType: DOUBLE", $"- name: amount\n        {type}\n        logicalTypeOptions: {{format: {format}}}");

        Assert.DoesNotContain(folder.Errors(), e => e.What.Contains("can never be evaluated", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("amount", "{handling: mask}", "handling 'mask' does not fit the type of column 'amount'")]
    [InlineData("amount", "{handling: generalise, unit: month}", "handling 'generalise' does not fit the type of column 'amount'")]
    [InlineData("id", "{handling: generalise, bucket: 2.5}", "handling 'generalise' does not fit the type of column 'id'", 2)]
    [InlineData("id", "{handling: generalise, bucket: 10}", "rows of 'silver.orders' are merged by column 'id'")]
    [InlineData("day", "{handling: generalise, unit: month}", "partition column 'day' says which partition a row is of")]
    [InlineData("amount", "{handling: generalise, bucket: 10, key: x}", "(contract/privacy)")]
    [InlineData("amount", "{handling: generalise, prefix: two}", "(contract/privacy)", 2)]
    public void Load_HandlingThatCannotBe_IsRefused(string column, string handling, string what, int errors = 1)
    {
        using var folder = new PipelineFolder();
        folder.Edit(Silver, $"- name: {column}\n", $"- name: {column}\n        customProperties: [{{property: privacy, value: {handling}}}]\n");

        var all = folder.Errors();

        Assert.Equal(errors, all.Count);
        Assert.Contains(what, all[0].What, StringComparison.Ordinal);
        Assert.True(all[0].Line > 0);
    }

    [Fact]
    public void Load_SequenceThatIsMadeATokenOf_IsRefused()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "    rows: conserve\n    deduplicate:\n      rule: newest\n      order_by: [amount desc nulls first, id]\n", "    merge: upsert\n    sequence_by: day\n    partition_column: on\n");
        folder.Edit(Silver, "- name: day\n", "- name: on\n        physicalType: DATE\n      - name: day\n        customProperties: [{property: privacy, value: {handling: tokenise}}]\n");
        folder.Edit("models/silver.orders.sql", ", day\n", ", day, day AS on_\n");

        Assert.Contains(folder.Errors(), e => e.What.Contains("'day' says which row is newer", StringComparison.Ordinal));
    }
}
