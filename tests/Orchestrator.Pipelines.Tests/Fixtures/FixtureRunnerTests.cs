using Orchestrator.Pipelines.Fixtures;
using Orchestrator.Pipelines.Tests.Loading;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Pipelines.Tests.Fixtures;

public sealed class FixtureRunnerTests
{
    private const string Sound = """
        model: gold.totals
        tests:
          - name: sums over three days
            partition: 2024-01-05
            given:
              silver.orders:
                - {id: 1, amount: 1.5, day: 2024-01-02}
                - {id: 2, amount: 2.5, day: 2024-01-03}
                - {id: 3, amount: 2.5, day: 2024-01-03}
                - {id: 4, amount: 4}
            expect:
              - {day: 2024-01-05, amount: 4.0}
              - {day: 2024-01-03, amount: 5}
        """;

    [Fact]
    public void Run_WithWhatTheModelMakes_Passes()
    {
        var result = Assert.Single(Run(Sound));

        Assert.True(result.Passed, string.Join('\n', result.Differences));
        Assert.Equal(("gold.totals", "sums over three days", 3), (result.Model, result.Name, result.Line));
    }

    [Theory]
    [InlineData("amount: 5}", "amount: 6}", "- day=2024-01-03, amount=6", "+ day=2024-01-03, amount=5")]
    [InlineData("      - {day: 2024-01-03, amount: 5}", "", "+ day=2024-01-03, amount=5", null)]
    [InlineData("      - {day: 2024-01-03, amount: 5}", "      - {day: 2024-01-03, amount: 5}\n      - {day: 2024-01-03, amount: 5}", "- day=2024-01-03, amount=5", null)]
    [InlineData("amount: 5}", "amount: null}", "- day=2024-01-03, amount=null", "+ day=2024-01-03, amount=5")]
    [InlineData("    expect:\n", "    ordered: true\n    expect:\n", "- row 1, day=2024-01-05, amount=4", null)]
    [InlineData("{id: 4, amount: 4}", "{id: four, amount: 4}", "a value does not fit its column", null)]
    public void Run_WithAWrongExpectation_FailsAndShowsTheRows(string old, string @new, string difference, string? second)
    {
        Assert.Contains(old, Sound, StringComparison.Ordinal);

        // The model orders nothing by itself; this one does, so that 'ordered' has something to judge.
        var result = Assert.Single(Run(Sound.Replace(old, @new, StringComparison.Ordinal), model: "GROUP BY day ORDER BY day"));

        Assert.False(result.Passed);
        Assert.Contains(result.Differences, d => d.StartsWith(difference, StringComparison.Ordinal));
        Assert.Contains(result.Differences, d => d.StartsWith(second ?? difference, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("week", "DATE", "2024-W05", "2024-01-29")]
    [InlineData("month", "DATE", "2024-02", "2024-02-01")]
    [InlineData("month", "VARCHAR", "2024-02", "2024-02")]
    [InlineData("day", "TIMESTAMPTZ", "2024-07-01", "2024-06-30 22:00:00+00")]
    [InlineData("hour", "TIMESTAMPTZ", "2024-07-01T05", "2024-07-01 05:00:00+00")]
    public void Run_GivenRowsWithoutPartition_AreThoseOfThePartition(string unit, string type, string partition, string value)
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "unit: day", $"unit: {unit}");
        folder.Edit("pipeline.yaml", "time_zone: Europe/Berlin", $"time_zone: {(unit is "hour" ? "UTC" : "Europe/Berlin")}");
        folder.Edit("pipeline.yaml", "start: 2024-01-01", $"start: {(unit switch { "week" => "2024-W01", "month" => "2024-01", "hour" => "2024-01-01T00", _ => "2024-01-01" })}");
        folder.Edit("pipeline.yaml", "{yyyy}-{MM}-{dd}.csv", unit is "month" ? "{yyyy}-{MM}.csv" : unit is "hour" ? "{yyyy}-{MM}-{dd}-{HH}.csv" : "{yyyy}-{MM}-{dd}.csv");
        foreach (var contract in new[] { "bronze.orders", "silver.orders", "gold.totals" })
        {
            folder.Edit($"contracts/{contract}.odcs.yaml", "physicalType: DATE", $"physicalType: {type}");
        }

        folder.Write("models/silver.orders.sql", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS DOUBLE) AS amount, day FROM bronze.orders\n");
        folder.Write("models/gold.totals.sql", "SELECT day, sum(amount) AS amount FROM silver.orders GROUP BY day\n");
        folder.Write("tests/silver.yaml", $"model: silver.orders\ntests:\n  - {{name: t, partition: \"{partition}\", given: {{bronze.orders: [{{id: 1}}]}}, expect: [{{id: 1, day: \"{value}\"}}]}}\n");

        Assert.Empty(Assert.Single(FixtureRunner.Run(folder.Load())).Differences);
    }

    [Fact]
    public void Run_NumbersThatAreNone_AreWrittenAsYamlDoes()
    {
        using var folder = new PipelineFolder();
        folder.Write("models/silver.orders.sql", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS DOUBLE) AS amount, day FROM bronze.orders\n");
        folder.Write("tests/silver.yaml", "model: silver.orders\ntests:\n  - {name: t, partition: 2024-01-05, given: {bronze.orders: [{id: 1, amount: nan}, {id: 2, amount: -inf}]}, expect: [{id: 1, amount: .nan}, {id: 2, amount: -.inf}]}\n");

        Assert.Empty(Assert.Single(FixtureRunner.Run(folder.Load())).Differences);
    }

    [Fact]
    public void Run_TextsThatDifferInWhatIsNotSeen_ShowsIt()
    {
        using var folder = new PipelineFolder();
        folder.Write("models/silver.orders.sql", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS DOUBLE) AS amount, day FROM bronze.orders WHERE day = $partition_date\n");
        folder.Edit("contracts/gold.totals.odcs.yaml", "physicalType: DOUBLE", "physicalType: VARCHAR");
        folder.Write("models/gold.totals.sql", "SELECT max(day) AS day, 'a' || chr(9) || 'b' AS amount FROM silver.orders\n");
        folder.Write("tests/bronze.yaml", "model: gold.totals\ntests:\n  - {name: t, partition: 2024-01-05, given: {silver.orders: []}, expect: [{amount: a b}]}\n");

        Assert.Equal(["- amount='a b'", "+ amount='a\\u0009b'"], Assert.Single(FixtureRunner.Run(folder.Load())).Differences);
    }

    [Fact]
    public void Run_InTheRightOrder_PassesWithOrdered()
    {
        var ordered = Sound.Replace("      - {day: 2024-01-05, amount: 4.0}\n      - {day: 2024-01-03, amount: 5}", "      - {day: 2024-01-03, amount: 5}\n      - {day: 2024-01-05, amount: 4.0}", StringComparison.Ordinal)
            .Replace("    expect:\n", "    ordered: true\n    expect:\n", StringComparison.Ordinal);

        Assert.True(Assert.Single(Run(ordered, model: "GROUP BY day ORDER BY day")).Passed);
    }

    [Fact]
    public void Run_WhenTheModelFailsOnTheRows_SaysWhy()
    {
        var result = Assert.Single(Run("model: silver.orders\ntests:\n  - {name: n, partition: 2024-01-05, given: {bronze.orders: [{id: x, amount: '1'}]}, expect: []}"));

        Assert.StartsWith("the model failed: Could not convert string 'x' to INT64", Assert.Single(result.Differences), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model: gold.totals", "model: gold.total", "the pipeline has no model 'gold.total'", 1)]
    [InlineData("partition: 2024-01-05", "partition: 2024-01", "not a partition of the pipeline", 4)]
    [InlineData("silver.orders:", "bronze.orders:", "does not read 'bronze.orders'", 6)]
    [InlineData("{id: 1, amount", "{id: 1, amonut", "'orders' has no column 'amonut'", 7)]
    [InlineData("      - {day: 2024-01-03, amount: 5}", "      - {day: 2024-01-03}", "do not name the same columns", 13)]
    [InlineData("    expect:", "    expct:", "unknown key 'expct'", 11)]
    [InlineData("  - name: sums over three days", "  - title: sums", "'name' is missing", 3)]
    public void Run_WithAFaultyFile_PointsAtTheFault(string old, string @new, string what, int line)
    {
        Assert.Contains(old, Sound, StringComparison.Ordinal);

        var failure = Assert.Throws<PipelineValidationException>(() => Run(Sound.Replace(old, @new, StringComparison.Ordinal)));

        Assert.Contains(failure.Errors, e => e.What.Contains(what, StringComparison.Ordinal) && e.Line == line);
    }

    private static IReadOnlyList<FixtureResult> Run(string fixture, string? model = null)
    {
        using var folder = new PipelineFolder();
        folder.Write("tests/gold.yaml", fixture);
        if (model is not null)
        {
            folder.Edit("models/gold.totals.sql", "GROUP BY day", model);
        }

        return FixtureRunner.Run(folder.Load());
    }
}
