using Integration.Tests.Orchestration;
using Lakehouse;

namespace Integration.Tests.Runs;

/// <summary>Maintenance through the real program, also when it is killed.</summary>
public sealed class MaintainRunTests
{
    private static readonly string[] Days = ["2020-03-20", "2020-03-21"];

    [Theory]
    [InlineData("maintain.after-compact-commit")]
    [InlineData("maintain.after-compact")]
    [InlineData("compact.after-bin")]
    [InlineData("maintain.after-checkpoint")]
    public async Task Maintain_KilledAtAPoint_EndsAsUndisturbedWhenItIsCalledAgain(string point)
    {
        using var workspace = await WorkspaceAsync();
        var before = (await workspace.QueryAsync(ScatteredTable.AllRows)).ToString();
        await using (var killed = workspace.Start(new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{point}=kill" }, "maintain", "covid", "--yes"))
        {
            Assert.Equal(137, (await killed.EndAsync()).ExitCode);
        }

        (await workspace.CallAsync("maintain", "covid", "--yes", "--json")).ShouldSucceed();

        Assert.Equal(before, (await workspace.QueryAsync(ScatteredTable.AllRows)).ToString());
        var head = (await new Lake(workspace.Lake).Table(ScatteredTable.Name).HeadAsync())!;
        Assert.Equal(Days.Length, head.Files.Count);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(workspace.Lake, "gold", "country_daily", "_delta_log"), $"*{head.Version}.checkpoint.parquet"));
    }

    [Fact]
    public async Task Maintain_WithoutConsent_ShowsWhatItWouldDoAndDoesNothing()
    {
        using var workspace = await WorkspaceAsync();

        var refused = await workspace.CallAsync("maintain", "covid");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("gold.country_daily  compact: 2 partitions, 10 files", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--yes", refused.Errors, StringComparison.Ordinal);
        var head = (await new Lake(workspace.Lake).Table(ScatteredTable.Name).HeadAsync())!;
        Assert.Equal(10, head.Files.Count);

        var unknown = await workspace.CallAsync("maintain", "covid", "--dataset", "gold.nothing", "--dry-run");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("has no dataset 'gold.nothing'", unknown.Errors, StringComparison.Ordinal);
    }

    private static async Task<CovidWorkspace> WorkspaceAsync()
    {
        var workspace = new CovidWorkspace(Days);
        File.AppendAllText(Path.Combine(workspace.PipelineFolder, "pipeline.yaml"), "\nmaintain:\n  compact_after_files: 3\n");
        await ScatteredTable.WriteAsync(new Lake(workspace.Lake), Days, files: 5);
        return workspace;
    }
}
