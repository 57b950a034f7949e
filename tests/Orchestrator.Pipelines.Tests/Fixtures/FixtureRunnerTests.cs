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
