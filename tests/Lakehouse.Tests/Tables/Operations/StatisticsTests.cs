using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables.Operations;

/// <summary>Statistics as Spark writes them: its golden table's rows written by us have its statistics, bounds of instants apart, which we round outwards.</summary>
public sealed class StatisticsTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Append_TheRowsOfSpark_HasItsStatistics()
    {
        var log = TestPaths.Shared("golden", "delta", "tables", "s29_stats", "table", "_delta_log");
        JsonObject Spark(int version, string action) => File.ReadLines(Path.Combine(log, $"{version:D20}.json")).Select(l => JsonNode.Parse(l)!.AsObject()).First(o => o.ContainsKey(action))[action]!.AsObject();
        await _t.Table.CreateIfAbsentAsync(new MetadataAction
        {
            Id = "1",
            SchemaString = (string)Spark(0, "metaData")["schemaString"]!,
            PartitionColumns = [],
            Configuration = new Dictionary<string, string> { ["delta.dataSkippingNumIndexedCols"] = "6" },
        });
        string[] rows =
        [
            """
            SELECT repeat('a', 40) AS s, NULL::VARCHAR AS n, {'x': repeat('é', 33), 'y': [1]} AS st, '\x01'::BLOB AS bin, true AS bo, TIMESTAMPTZ '2024-01-01 00:00:00.123999+00' AS ts, 1 AS late
            UNION ALL SELECT repeat('z', 40), NULL, NULL, NULL, NULL, TIMESTAMPTZ '2024-01-02 00:00:00.000001+00', 2
            """,
            """
            SELECT repeat('b', 31) || '😀😀' AS s, '' AS n, {'x': repeat(chr(65535), 40), 'y': NULL::INTEGER[]} AS st, ''::BLOB AS bin, false AS bo, NULL::TIMESTAMPTZ AS ts, NULL::INTEGER AS late
            UNION ALL SELECT repeat(chr(1114111), 40), NULL, NULL, NULL, NULL, NULL, NULL
            """,
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            await _t.Operations.AppendAsync(rows[i]);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse((string)Spark(i + 1, "add")["stats"]!), JsonNode.Parse((await AddAsync(i + 1)).Stats!)), $"{(await AddAsync(i + 1)).Stats} instead of {Spark(i + 1, "add")["stats"]}");
        }

        await _t.Operations.SetPropertiesAsync(new Dictionary<string, string> { ["delta.dataSkippingStatsColumns"] = "late,st.x" });
        await _t.Operations.AppendAsync("SELECT 'q' AS s, 'r' AS n, {'x': 'w', 'y': NULL::INTEGER[]} AS st, 42 AS late");
        Assert.Equal((string)Spark(4, "add")["stats"]!, (await AddAsync(4)).Stats);
    }

    [Fact]
    public async Task Append_ManyColumns_CountsTheFirst32()
    {
        await _t.CreateAsync(string.Join("; ", Enumerable.Range(0, 40).Select(i => $"c{i} INTEGER")));
        await _t.Operations.AppendAsync($"SELECT {string.Join(", ", Enumerable.Range(0, 40).Select(i => $"{i} AS c{i}"))}");
        Assert.Equal(Enumerable.Range(0, 32).Select(i => $"c{i}"), JsonNode.Parse((await AddAsync(1)).Stats!)!["minValues"]!.AsObject().Select(p => p.Key));
    }

    [Theory]
    [InlineData("VARCHAR", "CASE range % 3 WHEN 0 THEN repeat(chr((33 + range * 977 % 55000)::INTEGER), (range % 40)::INTEGER) WHEN 1 THEN repeat('z', 31) || chr((100 + range)::INTEGER) || chr(1114111) ELSE repeat(chr(1114111), 35) END")]
    [InlineData("TIMESTAMPTZ", "TIMESTAMPTZ '2024-01-01 00:00:00.000999+00' + to_microseconds(range * 999983)")]
    [InlineData("DECIMAL(10,2)", "((range * 7919) % 1000 - 500) / 7")]
    [InlineData("DOUBLE", "CASE range % 50 WHEN 0 THEN 'NaN'::DOUBLE WHEN 1 THEN '-Infinity'::DOUBLE WHEN 2 THEN -0.0 ELSE range / 3 END")]
    [InlineData("DATE", "DATE '2024-02-27' + (range % 400)::INTEGER")]
    [InlineData("BIGINT", "9223372036854775807 - range * 1000000007")]
    public async Task Bounds_OfAnyValue_NeverExcludeAFileThatHoldsIt(string type, string value)
    {
        await _t.CreateAsync($"v {type}; k VARCHAR", "k");
        await _t.Operations.AppendAsync($"SELECT CAST({value} AS {type}) AS v, 'k' || (range % 17) AS k FROM range(500)");
        var wrong = new List<string>();
        foreach (var file in (await _t.HeadAsync()).Files.Values)
        {
            var stats = JsonNode.Parse(file.Stats!)!;
            if (stats["minValues"]!["v"] is not { } low || stats["maxValues"]!["v"] is not { } high)
            {
                continue;
            }

            string Literal(JsonNode bound) => $"CAST('{bound.ToString().Replace("'", "''", StringComparison.Ordinal)}' AS {type})";
            wrong.AddRange(_t.Connection.Query($"SELECT v::VARCHAR FROM read_parquet('{Path.Combine(_t.Folder, file.DecodedPath)}', hive_partitioning = false) WHERE v < {Literal(low)} OR v > {Literal(high)}").Rows.Select(r => $"{r[0]} outside of {low} to {high}"));
        }

        Assert.Empty(wrong);
    }

    private async Task<AddFile> AddAsync(long version) => (await _t.ActionsAsync(version)).OfType<AddFile>().Single();
}
