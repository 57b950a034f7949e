using Lakehouse.Contracts;
using Lakehouse.Raw;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Quality;

/// <summary>The shipped pipeline's first steps over its own sample: load, transform, check; no row is lost on the way.</summary>
public sealed class CovidPipelineTests
{
    private static readonly string Pipeline = TestPaths.InRepo("pipelines", "covid");

    [Fact]
    public void SampleDays_ThroughBronzeAndSilver_ConserveEveryRow()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 2 });
        using var connection = database.Connect();
        var bronze = ContractParser.Load(Path.Combine(Pipeline, "contracts", "bronze.daily_reports.odcs.yaml")).Table();
        var silver = ContractParser.Load(Path.Combine(Pipeline, "contracts", "silver.cases.odcs.yaml")).Table();
        var model = File.ReadAllText(Path.Combine(Pipeline, "models", "silver.cases.sql"));
        connection.Execute("CREATE SCHEMA bronze");
        long rows = 0;
        for (var day = new DateOnly(2020, 3, 15); day <= new DateOnly(2020, 3, 28); day = day.AddDays(1))
        {
            var path = Path.Combine(Pipeline, "sample", $"{day:MM-dd-yyyy}.csv");
            var result = BronzeLoader.Load(
                File.OpenRead(path),
                new BronzeLoad
                {
                    Table = bronze,
                    SourceUri = path,
                    FileHash = "h",
                    ArrivedAt = DateTimeOffset.UnixEpoch,
                    Dataset = "bronze.daily_reports",
                    Partition = $"{day:yyyy-MM-dd}",
                    RunId = "r",
                    QuarantinedAt = DateTimeOffset.UnixEpoch,
                    Constants = new Dictionary<string, string?> { ["report_date"] = $"{day:yyyy-MM-dd}" },
                },
                connection);
            Assert.Equal(0, result.Rejected);
            rows += result.Loaded;
        }

        var bronzeReport = ContractPlan.Compile(bronze, connection, "bronze").Run(connection, CheckedData.Request("bronze"));
        Assert.True(bronzeReport.Outcome is CheckOutcome.Passed, Failures(bronzeReport));

        connection.Execute("CREATE VIEW bronze.daily_reports AS SELECT * FROM main.bronze");
        connection.Query($"CREATE TABLE cases AS {model}", new Dictionary<string, object?>
        {
            ["partition_start"] = new DateTimeOffset(2020, 3, 15, 0, 0, 0, TimeSpan.Zero),
            ["partition_end"] = new DateTimeOffset(2020, 3, 29, 0, 0, 0, TimeSpan.Zero),
        });
        var report = ContractPlan.Compile(silver, connection, "cases").Run(connection, CheckedData.Request("cases") with
        {
            Deduplicate = new Deduplication([.. silver.PrimaryKey.Select(c => c.ColumnName)], [new SortColumn("last_update", Descending: true), new SortColumn("_source_row")]),
        });

        Assert.Equal(rows, report.Rows);
        Assert.Equal(rows, report.Passing + report.Quarantined + report.Dropped);
        Assert.True(report.Outcome is CheckOutcome.Passed or CheckOutcome.Quarantined, Failures(report));
        Assert.Equal(report.Passing, connection.Scalar<long>("SELECT count(DISTINCT (place_key, report_date)) FROM passing"));
        Assert.Equal(report.Quarantined, connection.Scalar<long>("SELECT count(*) FROM quarantine WHERE source_row IS NOT NULL AND source_uri LIKE '%.csv'"));
    }

    private static string Failures(CheckReport report) => string.Join(Environment.NewLine, report.Results.Where(r => !r.IsAcceptable).Select(r => $"{r.Rule}: {r.Message}"));
}
