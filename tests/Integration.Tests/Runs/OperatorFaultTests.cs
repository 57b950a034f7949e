using System.Text.Json;
using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>What happens to the folders and processes of a stack that people operate by hand.</summary>
public sealed class OperatorFaultTests
{
    [Fact]
    public async Task Run_AfterTheLakeWasDeletedUnderItsWorker_MakesEverythingAnew()
    {
        using var workspace = SmallWorkspace.Shop();
        workspace.Day("shop", 2, "id,amount\n3,30");
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C stops");
        await workspace.RunAsync("shop");

        Directory.Delete(workspace.Lake, recursive: true);
        await workspace.RunAsync("shop");

        Assert.Equal(["10|2024-05-01", "40|2024-05-02"], await workspace.RowsAsync("total, day", "gold.sums"));
        Assert.Contains("up to date", (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhereTheStackWasKilledAndAnotherFoldersHasItsPort_IsDoneInItsOwnFolder()
    {
        using var workspace = SmallWorkspace.Shop();
        using var other = SmallWorkspace.Shop();
        string port;
        await using (var dev = workspace.Start(null, "dev", "--port", "0"))
        {
            await dev.WaitForAsync("Ctrl+C stops");
            port = dev.Output.Split("127.0.0.1:")[1].Split(',')[0];
            await dev.KillAsync();
        }

        await using var neighbour = other.Start(null, "dev", "--port", port);
        await neighbour.WaitForAsync("Ctrl+C stops");
        await workspace.RunAsync("shop");

        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
        Assert.False(Directory.Exists(Path.Combine(other.Lake, "gold")));
    }

    [Fact]
    public async Task Run_WithALinkToNothingAndAFileThatCannotBeRead_DoesTheOthersAndSaysWhy()
    {
        using var workspace = SmallWorkspace.Shop(more: "retry: {plan: {attempts: 3, first_delay: 2s, backoff: 1}}");
        File.CreateSymbolicLink(workspace.At("pipelines/shop/sample/2024-05-02.csv"), workspace.At("nothing.csv"));
        File.CreateSymbolicLink(workspace.At("pipelines/shop/sample/2024-05-03.csv"), "/proc/self/mem");
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C stops");

        var plan = JsonDocument.Parse((await workspace.CallAsync("plan", "pipelines/shop", "--json")).ShouldSucceed().Output).RootElement;
        await using var run = workspace.Start(null, "run", "pipelines/shop");
        var tried = await TriedAgainAsync(workspace, "run/shop/2024-05-03");
        var ended = await run.EndAsync();

        Assert.Equal("it is a link to nothing, or went while it was looked at", Assert.Single(plan.GetProperty("ignored").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal(["2024-05-01", "2024-05-03"], plan.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("partition").GetString()));
        Assert.Contains("Input/output error", tried.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("1 done, 0 skipped, 1 failed", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_WhoseServerIsAwayForLongerThanACallIsTriedAgain_EndsAllTheSame()
    {
        using var workspace = SmallWorkspace.Shop();
        await using var dev = workspace.Start(null, "dev", "--port", "0", "--no-worker");
        await dev.WaitForAsync("Ctrl+C stops");
        await using var run = workspace.Start(null, "run", "pipelines/shop");
        await run.WaitForAsync("2024-05-01  started");

        await dev.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await using var again = workspace.Start(null, "dev", "--port", dev.Output.Split("127.0.0.1:")[1].Split(',')[0]);

        (await run.EndAsync()).ShouldSucceed();
        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_WhoseServerIsAwayWhenItStartsAPartition_StartsItWhenItIsBack()
    {
        using var workspace = SmallWorkspace.Shop();
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C stops");
        await using var run = workspace.Start(new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = "run.before-start=stop" }, "run", "pipelines/shop");
        await run.WaitForStopAsync();

        await dev.KillAsync();
        await run.ContinueAsync();
        await Task.Delay(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await using var again = workspace.Start(null, "dev", "--port", dev.Output.Split("127.0.0.1:")[1].Split(',')[0]);

        (await run.EndAsync()).ShouldSucceed();
        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_WhileAnotherCommandWorksInTheFolder_WaitsForItAndPlansThen()
    {
        using var workspace = SmallWorkspace.Shop();
        await using var first = workspace.Start(new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = "publish.before-commit=stop" }, "run", "pipelines/shop");
        await first.WaitForStopAsync();
        await using var second = workspace.Start(null, "run", "pipelines/shop");
        await second.WaitForErrorAsync("waiting until it has ended");

        await first.ContinueAsync();

        (await first.EndAsync()).ShouldSucceed();
        Assert.Contains("nothing to do, 1 partition up to date", (await second.EndAsync()).ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(["10|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Plan_WhereTheLakeTakesNothing_IsShownAndNotKept()
    {
        using var workspace = SmallWorkspace.Shop();

        // Where the plans' folder would be; rights would not keep out a test that runs as root.
        workspace.Write(".orchestrator/lake/_plan", "");
        var plan = (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed();

        Assert.Contains("2024-05-01  missing", plan.Output, StringComparison.Ordinal);
        Assert.Contains("'run --plan' will not know it", plan.Errors, StringComparison.Ordinal);
    }

    /// <summary>The step of a run that was tried more than once and goes on.</summary>
    private static async Task<JsonElement> TriedAgainAsync(SmallWorkspace workspace, string run)
    {
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1);)
        {
            var shown = await workspace.CallAsync("show", run, "--json");
            if (shown.ExitCode == 0 && JsonDocument.Parse(shown.Output).RootElement.GetProperty("steps").EnumerateArray()
                .FirstOrDefault(s => s.GetProperty("outcome").GetString() == "running" && s.TryGetProperty("attempt", out var attempt) && attempt.ValueKind is JsonValueKind.Number && attempt.GetInt32() > 1) is { ValueKind: JsonValueKind.Object } step)
            {
                return step;
            }
        }

        throw new TimeoutException($"No step of '{run}' was tried again.");
    }
}
