using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.Quality;
using Lakehouse.Quality.Statistics;

namespace Lakehouse.Tests.Quality;

/// <summary>Numbers over the whole, comparisons with earlier partitions, and checks written in C#.</summary>
public sealed class WholeCheckTests : EngineTests
{
    private const string Head = "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\nschema:\n";

    [Theory]
    [InlineData("{check: completeness, mustBeGreaterOrEqualTo: 75}", CheckStatus.Passed, "75")]
    [InlineData("{check: completeness, mustBeGreaterThan: 75}", CheckStatus.Failed, "75")]
    [InlineData("{check: rows, mustBeBetween: [3, 5]}", CheckStatus.Passed, "4")]
    [InlineData("{check: nulls, mustBe: 1}", CheckStatus.Passed, "1")]
    [InlineData("{check: mean, mustBeBetween: [1.9, 2.1]}", CheckStatus.Passed, "2")]
    [InlineData("{check: quantile, at: 1, mustBeLessOrEqualTo: 3}", CheckStatus.Passed, "3")]
    [InlineData("{check: sum, mustNotBe: 6}", CheckStatus.Failed, "6")]
    [InlineData("{check: max, mustNotBeBetween: [3, 4]}", CheckStatus.Failed, "3")]
    [InlineData("{check: distinct, mustBeLessThan: 4}", CheckStatus.Passed, "3")]
    [InlineData("{check: freshness, column: seen, mustBeLessOrEqualTo: 36}", CheckStatus.Passed, "36")]
    [InlineData("{check: freshness, column: seen, mustBeLessThan: 36}", CheckStatus.Failed, "36")]
    [InlineData("{check: mean, column: nowhere, mustBe: 1}", CheckStatus.Broken, null)]
    public void Run_Number_IsComparedWithTheThreshold(string settings, CheckStatus status, string? value)
    {
        Connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES (1, TIMESTAMPTZ '2024-05-01 00:00:00+00'), (2, NULL), (3, TIMESTAMPTZ '2024-05-01 12:00:00+00'), (NULL, NULL)) t(v, seen)");

        var result = Check($"- {{name: t, properties: [{{name: v, quality: [{{name: r, type: custom, engine: lakehouse, implementation: {settings}}}]}}, {{name: seen}}]}}", at: new DateTimeOffset(2024, 5, 3, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal((status, value), (result.Status, result.Value));
    }

    [Theory]
    [InlineData("lakehouse", "{check: freshnes, mustBeLessThan: 36}", "Did you mean 'freshness'?")]
    [InlineData("lakehouse", "{check: mean}", "mustBeLessThan")]
    [InlineData("lakehouse", "mean", "a map with 'check'")]
    [InlineData("dotnet", "{limit: 7}", "the name of a check")]
    public void Parse_OwnRuleThatCannotBe_IsRefused(string engine, string settings, string expected)
    {
        var error = Assert.Single(ContractParser.Parse($"{Head}- {{name: t, properties: [{{name: v, quality: [{{name: r, type: custom, engine: {engine}, implementation: {settings}}}]}}]}}", "c.yaml").Errors);

        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("psi", "i * 1.0", CheckStatus.Passed)]
    [InlineData("psi", "i * 3.0", CheckStatus.Failed)]
    [InlineData("ks", "i * 1.0", CheckStatus.Passed)]
    [InlineData("ks", "i * 3.0", CheckStatus.Failed)]
    public void Run_Distribution_IsComparedWithEarlierPartitions(string check, string values, CheckStatus status)
    {
        Connection.Execute($"CREATE TABLE history AS SELECT i * 1.0 AS v FROM range(5000) t(i); CREATE TABLE data AS SELECT {values} AS v FROM range(5000) t(i)");
        var contract = $"- {{name: t, properties: [{{name: v, quality: [{{name: r, type: custom, engine: lakehouse, implementation: {{check: {check}, mustBeLessThan: 0.2}}}}]}}]}}";

        Assert.Equal(status, Check(contract, history: "history").Status);
        Assert.Equal(CheckStatus.NotRun, Check(contract).Status);
    }

    /// <summary>Four weeks with quiet Sundays: a quiet Sunday is no news, a quiet Monday is.</summary>
    [Theory]
    [InlineData("2024-01-28", 50, CheckStatus.Passed)]
    [InlineData("2024-01-29", 50, CheckStatus.Failed)]
    [InlineData("2024-01-29", 102, CheckStatus.Passed)]
    [InlineData("2024-01-05", 50, CheckStatus.NotRun)]
    public void Run_Anomaly_KnowsTheWeekAndTheLearningPeriod(string day, int rows, CheckStatus status)
    {
        Connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE history AS SELECT day, r AS v FROM (SELECT DATE '2024-01-01' + i::INT AS day FROM range(28) t(i)) d, range(120) n(r)
            WHERE r < CASE WHEN dayofweek(day) = 0 THEN 50 ELSE 100 + day(day) % 3 END AND day < DATE '{day}';
            CREATE TABLE data AS SELECT DATE '{day}' AS day, i AS v FROM range({rows}) t(i)
            """));

        var result = Check("- {name: t, properties: [{name: v}, {name: day}], quality: [{name: r, type: custom, engine: lakehouse, implementation: {check: anomaly, metric: rows}}]}", history: "history", partition: day);

        Assert.Equal(status, result.Status);
        Assert.True(status is not CheckStatus.Failed || result.Message!.EndsWith("seen 50", StringComparison.Ordinal), result.Message);
    }

    [Theory]
    [InlineData("TIMESTAMPTZ", "2024-01-04T03:00:00.000000Z", 10, CheckStatus.Passed)]
    [InlineData("TIMESTAMPTZ", "2024-01-04T03:00:00.000000Z", 100, CheckStatus.Failed)]
    [InlineData("TIMESTAMPTZ", "2024-01-04T13:00:00.000000Z", 100, CheckStatus.Passed)]
    [InlineData("TIMESTAMPTZ", "2024-01-04T13:00:00.000000Z", 10, CheckStatus.Failed)]
    [InlineData("VARCHAR", "2024-01-04T13", 10, CheckStatus.Failed)]
    [InlineData("VARCHAR", "2024-01-02T13", 10, CheckStatus.NotRun)]
    public void Run_AnomalyOfHours_KnowsTheHourOfTheDay(string type, string hour, int rows, CheckStatus status)
    {
        var value = type is "VARCHAR" ? "strftime(hour, '%Y-%m-%dT%H')" : "timezone('UTC', hour)";
        Connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE history AS SELECT {value} AS day, r AS v FROM (SELECT TIMESTAMP '2024-01-01' + to_hours(i) AS hour FROM range(96) t(i)) d, range(120) n(r)
            WHERE r < CASE WHEN hour(hour) < 6 THEN 10 ELSE 100 END AND {value} < '{hour}'::{type};
            CREATE TABLE data AS SELECT '{hour}'::{type} AS day, i AS v FROM range({rows}) t(i)
            """));

        var result = Check("- {name: t, properties: [{name: v}, {name: day}], quality: [{name: r, type: custom, engine: lakehouse, implementation: {check: anomaly, metric: rows}}]}", history: "history", partition: hour);

        Assert.Equal(status, result.Status);
    }

    [Theory]
    [InlineData("2024-W05", "2024-01-29T00:00:00")]
    [InlineData("2024-02", "2024-02-01T00:00:00")]
    [InlineData("2024-02-03", "2024-02-03T00:00:00")]
    [InlineData("2024-02-03 04:00:00+00", "2024-02-03T04:00:00")]
    [InlineData("2024-W54", null)]
    [InlineData("north", null)]
    public void Of_APartitionsValue_IsWhenItBegins(string partition, string? time) =>
        Assert.Equal(time, PartitionTime.Of(partition)?.ToString("s", CultureInfo.InvariantCulture));

    [Fact]
    public void Run_CheckInCSharp_SeesRowsColumnAndSettingsAndItsFaultsStayItsOwn()
    {
        Connection.Execute("CREATE TABLE data AS SELECT i AS v FROM range(10) t(i)");
        const string contract = """
            - name: t
              properties:
              - name: v
                quality:
                - {name: own, type: custom, engine: dotnet, implementation: {check: above, limit: 7, mustBeLessOrEqualTo: 2}}
                - {name: strict, type: custom, engine: dotnet, implementation: {check: above, limit: 5}, severity: warning}
                - {name: faulty, type: custom, engine: dotnet, implementation: faulty}
                - {name: unknown, type: custom, engine: dotnet, implementation: nobody}
            """;
        var plan = ContractPlan.Compile(Table(contract), Connection, "data");

        var report = plan.Run(Connection, CheckedData.Request("data") with { CustomChecks = new Dictionary<string, ICustomCheck> { ["above"] = new Above(), ["faulty"] = new Faulty() } });

        Assert.Equal(
            "v.present=Passed/ own=Passed/2 strict=Failed/4 faulty=Broken/ unknown=Broken/",
            string.Join(' ', report.Results.Select(r => $"{r.Rule}={r.Status}/{r.Value}")));
        Assert.Equal("the check 'faulty' failed with InvalidOperationException", report.Results[3].Message);
        Assert.Contains("'above', 'faulty'", report.Results[4].Message, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Failed, report.Outcome);
    }

    private static ContractTable Table(string schema)
    {
        var result = ContractParser.Parse(Head + schema, "c.yaml");
        Assert.Empty(result.Errors);
        return result.Contract!.Table();
    }

    private CheckResult Check(string schema, string? history = null, string partition = "2024-05-03", DateTimeOffset? at = null) =>
        ContractPlan.Compile(Table(schema), Connection, "data").Run(Connection, CheckedData.Request("data") with
        {
            History = history, PartitionColumn = history is null || !schema.Contains("day", StringComparison.Ordinal) ? null : "day", Partition = partition, QuarantinedAt = at ?? DateTimeOffset.UnixEpoch,
        }).Results.Single(r => r.Rule == "r");

    private sealed class Above : ICustomCheck
    {
        public CustomCheckResult Measure(CustomCheckContext context, CancellationToken cancellationToken)
        {
            var count = context.Connection.Scalar<long>($"SELECT count(*) FROM {context.Relation} WHERE {context.Column} > {context.Settings["limit"]!.Text}", cancellationToken: cancellationToken);
            return new CustomCheckResult(count, count);
        }
    }

    private sealed class Faulty : ICustomCheck
    {
        public CustomCheckResult Measure(CustomCheckContext context, CancellationToken cancellationToken) => throw new InvalidOperationException("ann@x.org");
    }
}
