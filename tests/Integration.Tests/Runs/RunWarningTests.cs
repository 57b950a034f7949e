namespace Integration.Tests.Runs;

/// <summary>What is published although a rule does not hold is told to whoever runs it.</summary>
public sealed class RunWarningTests
{
    [Fact]
    public async Task Run_PublishedAgainstItsRules_TellsWhichDoNotHold()
    {
        using var workspace = SmallWorkspace.Shop(more: "quality: {on_error: warn}");
        File.AppendAllText(
            workspace.At("pipelines/shop/contracts/silver.sales.odcs.yaml"),
            "    quality:\n      - {name: many, metric: rowCount, mustBeGreaterThan: 100}\n      - {name: few, metric: rowCount, mustBe: 1, severity: warning}\n      - {name: no, type: custom, engine: duckdb, implementation: id > 5, severity: warning}\n");
        workspace.Day("shop", 2, "id,amount\n7,10\n8,11");

        var run = (await workspace.CallAsync("run", "pipelines/shop", "--parallel", "1")).ShouldSucceed();
        var again = CovidWorkspace.Parse((await workspace.CallAsync("run", "pipelines/shop", "--force", "--json")).ShouldSucceed().Output);

        string[] told = [.. run.Output.Split('\n').Where(l => l.StartsWith("WARNING", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "WARNING silver.sales: rule 'many' (error) does not hold in 2 partitions, the last is 2024-05-02",
                "WARNING silver.sales: rule 'few' (warning) does not hold in 1 partition, the last is 2024-05-02",
                "WARNING silver.sales: rule 'no' (warning) does not hold in 1 partition, the last is 2024-05-01; 2 rows or values break it",
            ],
            told.Order(StringComparer.Ordinal).OrderBy(l => l.Contains("'many'", StringComparison.Ordinal) ? 0 : 1));
        Assert.Equal(3, again.GetProperty("warnings").GetArrayLength());
    }
}
