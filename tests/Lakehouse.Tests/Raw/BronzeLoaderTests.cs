using System.Text;
using Lakehouse.Contracts;
using Lakehouse.Raw;
using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Raw;

public sealed class BronzeLoaderTests
{
    private static readonly DateTimeOffset Now = new(2020, 3, 23, 1, 2, 3, TimeSpan.Zero);

    [Fact]
    public void Load_SampleDayOfEachGeneration_FillsTheContractsColumns()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var table = ContractParser.Load(TestPaths.InRepo("pipelines", "covid", "contracts", "bronze.daily_reports.odcs.yaml")).Table();

        foreach (var (day, rows, generation) in new[] { ("2020-03-21", 304, "2020-01"), ("2020-03-22", 3417, "2020-03-22") })
        {
            var path = TestPaths.InRepo("pipelines", "covid", "sample", $"{day[5..]}-2020.csv");
            var result = BronzeLoader.Load(File.OpenRead(path), Request(table, path) with { Constants = new Dictionary<string, string?> { ["report_date"] = day } }, connection);

            Assert.Equal((rows, rows, 0, generation), (result.Records, result.Loaded, result.Rejected, result.Header.Generation.Name));
        }

        var columns = connection.Describe("bronze");
        Assert.Equal(table.Columns.Select(c => c.ColumnName), columns.Select(c => c.Name));
        Assert.Equal("DATE", columns.Single(c => c.Name == "report_date").Type);
        Assert.Equal(
            [[new DateOnly(2020, 3, 21), 304L, 304L, 0L, 304L], [new DateOnly(2020, 3, 22), 3417L, 3417L, 3417L, 3417L]],
            connection.Query("SELECT report_date, count(*), max(_source_row), count(combined_key), count(*) FILTER (WHERE _arrived_at = TIMESTAMPTZ '2020-03-23 01:02:03+00') FROM bronze GROUP BY ALL ORDER BY 1").Rows);
        Assert.Equal([["Hubei", "67800"]], connection.Query("SELECT province_state, confirmed FROM bronze WHERE _source_row = 1 AND _header = '2020-01'").Rows);
    }

    [Fact]
    public void Load_FaultyRecords_GoToTheRejectsWithPlaceAndBytes()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        byte[] bytes = [.. "a,b\n1,\n\"\",x\n1,2,3\n"u8, 0xFF, .. ",2\n"u8];

        var result = BronzeLoader.Load(new MemoryStream(bytes), Request(Table("a", "b"), "s3://x/y.csv"), connection);

        Assert.Equal((4, 2, 2), (result.Records, result.Loaded, result.Rejected));
        Assert.Equal([["1", null, 1L], ["", "x", 2L]], connection.Query("SELECT a, b, _source_row FROM bronze ORDER BY _source_row").Rows);
        Assert.Equal(
            [
                ["csv.too_many_columns", "line 4, byte 12: expected 2 columns, seen 3", 3L, """{"line":4,"byte":12,"length":5,"text":"1,2,3"}"""],
                ["csv.invalid_encoding", "line 5, byte 18: expected UTF-8, seen the byte FF", 4L, """{"line":5,"byte":18,"length":3,"base64":"/ywy"}"""],
            ],
            connection.Query("SELECT rule, reason, source_row, \"row\" FROM rejects ORDER BY source_row").Rows);
        Assert.Equal([["d", "p", "error", "1.0.0", "s3://x/y.csv", "r", Now]], connection.Query("SELECT DISTINCT dataset, partition, severity, contract_version, source_uri, run_id, quarantined_at FROM rejects").Rows);
    }

    [Fact]
    public void Load_NewUpstreamColumn_IsPassedOverWhereTheContractSaysSo()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();

        var result = BronzeLoader.Load(new MemoryStream("new,b,a\nx,2,1\n"u8.ToArray()), Request(Table("a", "b") with { SchemaEvolution = SchemaEvolution.Discard }, "f"), connection);

        Assert.Equal(["new"], result.Header.Discarded);
        Assert.Equal([["1", "2"]], connection.Query("SELECT a, b FROM bronze").Rows);
    }

    [Fact]
    public void Load_NewUpstreamColumn_IsKeptAsJsonWhereTheContractEvolves()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var request = Request(Table("a", "b") with { SchemaEvolution = SchemaEvolution.Evolve }, "f");

        BronzeLoader.Load(new MemoryStream("new,b,a,\"x \"\"y\"\"\"\nn,2,1,\n"u8.ToArray()), request, connection);
        BronzeLoader.Load(new MemoryStream("a,b\n3,4\n"u8.ToArray()), request, connection);

        Assert.Equal([["1", "2", """{"new":"n","x \u0022y\u0022":null}"""], ["3", "4", null]], connection.Query("SELECT a, b, _extra FROM bronze ORDER BY a").Rows);
    }

    [Fact]
    public void Load_NewUpstreamColumn_KeepsAllRowsAsideWhereTheContractQuarantines()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var request = Request(Table("a", "b") with { SchemaEvolution = SchemaEvolution.Quarantine }, "f");

        var result = BronzeLoader.Load(new MemoryStream("new,b,a\nx,2,1\ny,2\nz,ann@x.org,3\n"u8.ToArray()), request, connection);
        var other = BronzeLoader.Load(new MemoryStream("a,b\n3,4\n"u8.ToArray()), request, connection);

        Assert.Equal((3L, 0L, 3L, 1L), (result.Records, result.Loaded, result.Rejected, other.Loaded));
        Assert.Equal(
            [["schema.unexpected_columns", 1L], ["csv.too_few_columns", 2L], ["schema.unexpected_columns", 3L]],
            connection.Query("SELECT \"rule\", source_row FROM rejects ORDER BY source_row").Rows);
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM rejects WHERE contains(\"row\", 'ann@x.org')"));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3", "csv.truncated")]
    [InlineData("", "csv.empty")]
    [InlineData("a,c\n1,2\n", "contract.header_mismatch")]
    public void Load_FileThatCannotBeTaken_LeavesNothingBehind(string content, string code)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();

        var error = Assert.Throws<LakehouseException>(() => BronzeLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(content)), Request(Table("a", "b"), "day.csv"), connection));

        Assert.Equal(code, error.Code);
        Assert.Contains("day.csv", error.Message, StringComparison.Ordinal);
        connection.Execute("CREATE TABLE IF NOT EXISTS bronze (a VARCHAR)");
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM bronze"));
    }

    [Fact]
    public void Load_RealHistory_TakesEveryManifestRow()
    {
        var root = TestPaths.Shared("data", "covid-daily", "daily");
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var table = ContractParser.Load(TestPaths.InRepo("pipelines", "covid", "contracts", "bronze.daily_reports.odcs.yaml")).Table();
        long rows = 0;
        foreach (var path in Directory.GetFiles(root))
        {
            var result = BronzeLoader.Load(File.OpenRead(path), Request(table, path) with { Constants = new Dictionary<string, string?> { ["report_date"] = null } }, connection);
            Assert.Equal(0, result.Rejected);
            rows += result.Loaded;
        }

        Assert.Equal(rows, connection.Scalar<long>("SELECT count(*) FROM bronze"));
        Assert.Equal(rows, connection.Scalar<long>("SELECT count(*) FROM read_csv('" + Path.Combine(root, "..", "MANIFEST.csv") + "') m, range(m.rows) WHERE m.path LIKE 'shared/daily/%'"));
    }

    private static BronzeLoad Request(ContractTable table, string uri) => new()
    {
        Table = table, SourceUri = uri, FileHash = "h", ArrivedAt = Now, Dataset = "d", Partition = "p", RunId = "r", QuarantinedAt = Now,
    };

    private static ContractTable Table(params string[] columns) =>
        new() { Name = "t", ContractVersion = "1.0.0", Columns = [.. columns.Select(c => new ContractColumn { Name = c, LogicalType = LogicalType.String })] };
}
