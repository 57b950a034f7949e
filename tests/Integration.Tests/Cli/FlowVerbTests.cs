using Integration.Tests.Runs;

namespace Integration.Tests.Cli;

/// <summary><c>orchestrator flow</c> through the real program.</summary>
public sealed class FlowVerbTests
{
    [Fact]
    public async Task Flow_OfAGroupThatRunsUsed_IsShownAndSteered()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        var file = Path.Combine(workspace.PipelineFolder, "pipeline.yaml");
        File.WriteAllText(
            file,
            File.ReadAllText(file).Replace("\nsources:\n  daily:\n", "\nconcurrency_groups:\n  jhu: { limit: 2, breaker: { failures: 3, cooldown: 10m } }\n\nsources:\n  daily:\n    concurrency_group: jhu\n", StringComparison.Ordinal));
        Assert.Contains("concurrency_group: jhu", File.ReadAllText(file), StringComparison.Ordinal);
        var none = await workspace.CallAsync("flow", "show", "jhu");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("Help:", none.Errors, StringComparison.Ordinal);
        await workspace.RunAsync();

        GoldenText.Equal("flow-list", (await workspace.CallAsync("flow", "list")).ShouldSucceed().Output);
        var set = CovidWorkspace.Parse((await workspace.CallAsync("flow", "set", "jhu", "--capacity", "0", "--rate", "30", "--weight", "acme=3", "--json")).ShouldSucceed().Output);
        Assert.Equal((0, 30, 3), (set.GetProperty("capacity").GetInt32(), set.GetProperty("ratePerMinute").GetInt32(), set.GetProperty("tenants").GetProperty("acme").GetProperty("weight").GetInt32()));
        (await workspace.CallAsync("flow", "open", "jhu", "--by", "ann", "--reason", "they move")).ShouldSucceed();
        GoldenText.Equal("flow-show", (await workspace.CallAsync("flow", "show", "jhu")).ShouldSucceed().Output);
        var closed = CovidWorkspace.Parse((await workspace.CallAsync("flow", "close", "jhu", "--by", "ann", "--reason", "moved", "--json")).ShouldSucceed().Output);
        Assert.Equal("closed", closed.GetProperty("breaker").GetProperty("phase").GetString());
        Assert.Contains("2 permits are out (as declared)", (await workspace.CallAsync("flow", "set", "jhu", "--capacity", "declared")).ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(2, (await workspace.CallAsync("flow", "set", "jhu")).ExitCode);
        Assert.Equal(2, (await workspace.CallAsync("flow", "set", "jhu", "--weight", "acme")).ExitCode);
    }
}
