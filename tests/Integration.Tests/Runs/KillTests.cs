using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>Processes are killed with SIGKILL in the middle of a run; what is in the tables afterwards is what an undisturbed run leaves.</summary>
public sealed class KillTests
{
    private static readonly string[] Days = ["2020-03-20", "2020-03-21", "2020-03-22", "2020-03-23"];
    private static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Undisturbed = new(UndisturbedAsync);

    [Theory]
    [InlineData("land.before-put")]
    [InlineData("land.after-put")]
    [InlineData("load.staged")]
    [InlineData("transform.made")]
    [InlineData("transform.staged")]
    [InlineData("publish.before-commit")]
    [InlineData("publish.after-commit")]
    [InlineData("record.before-put")]
    public async Task Run_WorkerKilledAtStep_EndsAsUndisturbed(string point)
    {
        using var workspace = new CovidWorkspace(Days);
        await using var server = workspace.Start(null, "dev", "--no-worker", "--port", "0");
        await server.WaitForAsync("Ctrl+C stops");
        await using var first = workspace.Start(
            new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{point}=kill" }, "worker");
        await first.WaitForAsync("Ctrl+C stops");

        await using var run = workspace.Start(null, "run", "pipelines/covid");
        var killed = await first.EndAsync();
        Assert.Equal(137, killed.ExitCode);

        await using var second = workspace.Start(null, "worker");
        (await run.EndAsync()).ShouldSucceed();

        await AssertAsUndisturbedAsync(workspace);
    }

    [Fact]
    public async Task Run_ServerKilledInTheMiddle_EndsAsUndisturbed()
    {
        using var workspace = new CovidWorkspace(Days);
        string address;
        await using (var server = workspace.Start(null, "dev", "--no-worker", "--port", "0"))
        {
            await server.WaitForAsync("Ctrl+C stops");
            address = server.Output.Split("Temporal service at ")[1].Split(',')[0];
            await using var worker = workspace.Start(null, "worker");
            await worker.WaitForAsync("Ctrl+C stops");
            await using var run = workspace.Start(null, "run", "pipelines/covid");
            await run.WaitForAsync("publish");
            await server.KillAsync();

            await using var again = workspace.Start(null, "dev", "--no-worker", "--port", address.Split(':')[1]);
            await again.WaitForAsync("Ctrl+C stops");
            (await run.EndAsync()).ShouldSucceed();

            await AssertAsUndisturbedAsync(workspace);
        }
    }

    [Fact]
    public async Task Run_EverythingKilled_GoesOnWhenCalledAgain()
    {
        using var workspace = new CovidWorkspace(Days);
        await using (var run = workspace.Start(null, "run", "pipelines/covid"))
        {
            await run.WaitForAsync("publish");
            await run.KillAsync();
        }

        (await workspace.CallAsync("run", "pipelines/covid")).ShouldSucceed();

        await AssertAsUndisturbedAsync(workspace);
    }

    private static async Task AssertAsUndisturbedAsync(CovidWorkspace workspace)
    {
        var expected = await Undisturbed.Value;
        var seen = await workspace.RowsAsync();
        Assert.All(expected, table => Assert.Equal(table.Value, seen[table.Key]));
        var doubled = await workspace.QueryAsync("select place_key, report_date from silver.cases group by all having count(*) > 1");
        Assert.Equal(0, doubled.GetArrayLength());
        Assert.Empty(workspace.StagedFiles());
    }

    private static async Task<IReadOnlyDictionary<string, string>> UndisturbedAsync()
    {
        using var workspace = new CovidWorkspace(Days);
        await workspace.RunAsync();
        return await workspace.RowsAsync();
    }
}
