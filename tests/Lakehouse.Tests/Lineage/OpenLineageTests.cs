using System.Text.Json;
using Lakehouse.DuckDb;
using Lakehouse.Lineage;
using Lakehouse.Tables;
using Orchestrator.Conformance;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Lineage;

/// <summary>Events as the official schemas judge them: recorded ones, and our own.</summary>
public sealed class OpenLineageTests
{
    private static readonly OpenLineageWriter Writer = new(new Uri("https://example.org/orchestrator/1.0"));

    private static string Golden => TestPaths.Shared("golden/openlineage");

    [Fact]
    public void Validate_RecordedEvents_GivesTheRecordedJudgement()
    {
        var results = OpenLineageCases.Judge(Golden).ToList();

        Assert.True(results.Count >= 20);
        Assert.Equal([], results.Where(r => r.Verdict is not CaseVerdict.Passed).Select(r => $"{r.Id}: {r.Why}"));
    }

    [Theory]
    [InlineData(LineageEventType.Start)]
    [InlineData(LineageEventType.Running)]
    [InlineData(LineageEventType.Complete)]
    [InlineData(LineageEventType.Abort)]
    [InlineData(LineageEventType.Fail)]
    [InlineData(LineageEventType.Other)]
    public void Write_EveryFacet_IsValid(LineageEventType type)
    {
        var errors = OpenLineageSchema.Load(Path.Combine(Golden, "spec")).Validate(Writer.Write(Full(type)));

        Assert.Equal([], errors.Select(e => e.ToString()));
    }

    [Fact]
    public void Write_AsLittleAsThereIs_IsValid()
    {
        var least = new LineageEvent { Type = LineageEventType.Start, Time = DateTimeOffset.UnixEpoch, RunId = Guid.Empty, Job = new DatasetName("orchestrator://prod", "covid") };

        Assert.Equal([], OpenLineageSchema.Load(Path.Combine(Golden, "spec")).Validate(Writer.Write(least)).Select(e => e.ToString()));
    }

    [Fact]
    public void Write_ColumnLineage_TellsColumnsAndRowsApart()
    {
        using var json = JsonDocument.Parse(Writer.Write(Full(LineageEventType.Complete)));
        var output = json.RootElement.GetProperty("outputs")[0];
        var lineage = output.GetProperty("facets").GetProperty("columnLineage");

        Assert.Equal(
            """[{"namespace":"s3://lake","name":"bronze/cases","field":"n","transformations":[{"type":"DIRECT","subtype":"AGGREGATION","description":"","masking":false}]}]""",
            lineage.GetProperty("fields").GetProperty("total").GetProperty("inputFields").GetRawText());
        Assert.Equal(["country GROUP_BY", "day FILTER"], lineage.GetProperty("dataset").EnumerateArray().Select(e => $"{e.GetProperty("field")} {e.GetProperty("transformations")[0].GetProperty("subtype")}"));
        Assert.True(lineage.GetProperty("fields").GetProperty("who").GetProperty("inputFields")[0].GetProperty("transformations")[0].GetProperty("masking").GetBoolean());
        Assert.Equal("18", output.GetProperty("facets").GetProperty("version").GetProperty("datasetVersion").GetString());
        Assert.Equal(10, output.GetProperty("outputFacets").GetProperty("outputStatistics").GetProperty("rowCount").GetInt64());
        Assert.False(json.RootElement.GetProperty("run").GetProperty("facets").TryGetProperty("errorMessage", out _));
    }

    [Fact]
    public void OfFile_AndOthers_FollowTheNamingRules()
    {
        Assert.Equal(new DatasetName("file", "/data/lake/silver/cases"), DatasetName.OfFile("/data/lake/silver/cases/"));
        Assert.Equal(new DatasetName("s3://lake", "bronze/cases"), DatasetName.OfS3("lake", "/bronze/cases/"));
        Assert.Equal(new DatasetName("postgres://db:5432", "shop.public.orders"), DatasetName.OfPostgres("db", 5432, "shop", "public", "orders"));
    }

    private static LineageEvent Full(LineageEventType type)
    {
        const string Sql = "SELECT country, md5(any_value(name)) AS who, sum(n) AS total FROM bronze.cases WHERE day >= $start GROUP BY country";
        IReadOnlyList<TableColumn> columns = [new("country", "VARCHAR"), new("name", "VARCHAR"), new("day", "DATE"), new("n", "BIGINT")];
        var input = DatasetName.OfS3("lake", "bronze/cases");
        var lineage = SqlLineage.Of(Sql, new Dictionary<string, IReadOnlyList<TableColumn>> { ["bronze.cases"] = columns }, new Dictionary<string, string> { ["start"] = "DATE" });
        return new LineageEvent
        {
            Type = type,
            Time = new DateTimeOffset(2024, 6, 1, 14, 0, 0, TimeSpan.FromHours(2)),
            RunId = Guid.CreateVersion7(DateTimeOffset.UnixEpoch),
            Job = new DatasetName("orchestrator://prod", "covid.silver.cases"),
            Parent = (Guid.Empty, new DatasetName("orchestrator://prod", "covid")),
            Nominal = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)),
            Engine = ("duckdb", "1.5.6"),
            Sql = Sql,
            Description = "builds \"cases\"",
            Owner = "team:data",
            Error = type == LineageEventType.Fail ? "model.failed: it did" : null,
            Fingerprint = ModelFingerprint.Of(SqlParser.Parse(Sql), new Dictionary<string, long> { ["bronze.cases"] = 3 }),
            Inputs =
            [
                new LineageDataset
                {
                    Name = input,
                    Columns = columns,
                    Version = "3",
                    Rows = 11,
                    Bytes = 99,
                    Files = 2,
                    Assertions = [new LineageAssertion("not_null", false, "country", "error", "country_known", "0", "3")],
                    Metrics = new Dictionary<string, LineageColumnMetrics> { ["n"] = new(0, 3, 1, double.NaN) },
                },
                new LineageDataset { Name = DatasetName.OfFile("/data/x.csv") },
            ],
            Outputs =
            [
                new LineageDataset
                {
                    Name = DatasetName.OfS3("lake", "silver/cases"),
                    Alias = new DatasetName("orchestrator://prod", "silver.cases"),
                    Columns = [.. lineage.Columns.Select(c => new TableColumn(c.Name, c.Type))],
                    Version = "18",
                    Rows = 10,
                    Bytes = 1234,
                    Files = 1,
                    Change = "OVERWRITE",
                    Assertions = [new LineageAssertion("row_count", true)],
                    Metrics = new Dictionary<string, LineageColumnMetrics> { ["total"] = new(0, 3, 1, 5) },
                    Lineage = lineage,
                },
            ],
            Tables = new Dictionary<string, DatasetName> { ["bronze.cases"] = input },
        };
    }
}
