using Integration.Tests.Runs;
using Orchestrator.Activities.Contracts;
using Temporalio.Client;

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
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C");

        await GoldenCall.TextAsync(workspace.Root, "flow-list", 0, "flow", "list");
        await GoldenCall.DocumentAsync(workspace.Root, "flow-list", 0, "flow", "list");
        var client = await TemporalClient.ConnectAsync(new(dev.Output.Split("Temporal service at ")[1].Split(',')[0]) { DataConverter = PayloadFormat.Converter });
        await LeaseAsync(workspace, client);
        var set = await GoldenCall.DocumentAsync(workspace.Root, "flow-set", 0, "flow", "set", "jhu", "--capacity", "0", "--rate", "30", "--weight", "acme=3");
        Assert.Equal((0, 30, 3), (set.GetProperty("capacity").GetInt32(), set.GetProperty("ratePerMinute").GetInt32(), set.GetProperty("tenants").GetProperty("acme").GetProperty("weight").GetInt32()));
        await GoldenCall.TextAsync(workspace.Root, "flow-open", 0, "flow", "open", "jhu", "--by", "ann", "--reason", "they move");
        await client.GetWorkflowHandle(FlowIds.Breaker("jhu")).SignalAsync("report", [new BreakerReport(true, "no answer", new BreakerRule(3, TimeSpan.FromMinutes(10)))]);
        await GoldenCall.DocumentAsync(workspace.Root, "flow-open", 0, "flow", "open", "jhu", "--by", "ann", "--reason", "they move");
        await GoldenCall.TextAsync(workspace.Root, "flow-show", 0, "flow", "show", "jhu");
        await GoldenCall.DocumentAsync(workspace.Root, "flow-show", 0, "flow", "show", "jhu");
        await GoldenCall.TextAsync(workspace.Root, "flow-list.open", 0, "flow", "list");
        var closed = await GoldenCall.DocumentAsync(workspace.Root, "flow-close", 0, "flow", "close", "jhu", "--by", "ann", "--reason", "moved");
        Assert.Equal("closed", closed.GetProperty("breaker").GetProperty("phase").GetString());
        await GoldenCall.TextAsync(workspace.Root, "flow-close", 0, "flow", "close", "jhu", "--by", "ann", "--reason", "moved");
        await GoldenCall.TextAsync(workspace.Root, "flow-set", 0, "flow", "set", "jhu", "--capacity", "declared");
        Assert.Equal(2, (await workspace.CallAsync("flow", "set", "jhu")).ExitCode);
        Assert.Equal(2, (await workspace.CallAsync("flow", "set", "jhu", "--weight", "acme")).ExitCode);
    }

    /// <summary>A permit that is out for as long as it is looked at: its holder is a workflow that waits for somebody.</summary>
    private static async Task LeaseAsync(CovidWorkspace workspace, TemporalClient client)
    {
        (await workspace.CallAsync("backfill", "submit", "covid", "--name", "waits", "--selection", "all")).ShouldSucceed();
        var run = (await client.GetWorkflowHandle("backfill/covid/waits").DescribeAsync()).RunId;
        var request = new PermitRequest { Id = "waits/1", WorkflowId = "backfill/covid/waits", RunId = run, Step = "land", Pipeline = "covid", Group = new GroupPlan("jhu", 2) };
        var semaphore = client.GetWorkflowHandle(FlowIds.Semaphore("jhu"));
        await semaphore.SignalAsync("acquire", [request]);
        await GoldenCall.TextAsync(workspace.Root, "flow-show.lease", 0, "flow", "show", "jhu");
        await GoldenCall.DocumentAsync(workspace.Root, "flow-show.lease", 0, "flow", "show", "jhu");
        await semaphore.SignalAsync("release", [new PermitRelease(request.Id, PermitOutcome.Succeeded)]);
    }
}
