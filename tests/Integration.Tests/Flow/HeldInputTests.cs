using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Runs that read what another run holds.</summary>
public sealed class HeldInputTests
{
    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    public async Task Run_ThatReadsAHeldPartition_WaitsUntilItsHolderHasEnded(string decision)
    {
        var stand = Holding();
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            var holder = await server.Client.StartRunAsync("held");
            await server.UntilAsync<RunProgress>(holder, p => p.Held.Count == 1);
            var reader = await server.Client.StartRunAsync("reader");
            var waiting = await server.UntilAsync<RunProgress>(reader, p => p.Held.Count == 1);
            Assert.Contains("is held by run/x/held", waiting.Held["bronze.x"], StringComparison.Ordinal);
            await server.UntilAsync<RunProgress>(holder, _ => true);
            Assert.Empty(stand.Published);

            await holder.ExecuteUpdateAsync<Decision>(decision, [new DecisionRequest { By = "ann", Reason = "seen" }]);
            Assert.Equal(RunStatus.Published, (await reader.GetResultAsync()).Status);
            Assert.Equal(decision == "approve" ? ["held", "reader"] : ["reader"], stand.Published);
        });
    }

    [Fact]
    public async Task Run_WhoseHolderVanished_LooksAgainByItself()
    {
        var clock = new ManualTime();
        var stand = Holding();
        await using var server = await OrchestrationServer.StartAsync(clock);
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            var holder = await server.Client.StartRunAsync("held");
            await server.UntilAsync<RunProgress>(holder, p => p.Held.Count == 1);
            var reader = await server.Client.StartRunAsync("reader");
            await server.Client.UntilTimersAsync(reader.Id, TimeSpan.FromMinutes(10), 1);
            await holder.TerminateAsync("lost");
            clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
            Assert.Equal(RunStatus.Published, (await reader.GetResultAsync()).Status);
        });
    }

    [Fact]
    public async Task Run_OfADayAfterAHeldOne_WaitsOrReadsWhatIsPublishedAsThePipelineSays()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        var file = Path.Combine(workspace.PipelineFolder, "pipeline.yaml");
        var text = File.ReadAllText(file);
        File.WriteAllText(file, text + "\nquality:\n  on_error: hold\n  approvers: [ann]\n");
        var contract = Path.Combine(workspace.PipelineFolder, "contracts", "gold.country_daily.odcs.yaml");
        File.WriteAllText(contract, File.ReadAllText(contract).Replace(
            "    description: One row per country and reported day.\n",
            "    description: One row per country and reported day.\n    quality:\n      - name: many_countries\n        metric: rowCount\n        mustBeGreaterThan: 100000\n        severity: error\n",
            StringComparison.Ordinal));
        Assert.Equal(4, (await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-21", "--json")).ExitCode);

        var waiting = await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-22", "--json");
        Assert.True(waiting.ExitCode == 4, waiting.Output + waiting.Errors);
        Assert.Contains("partition '2020-03-21' of 'silver.cases' is held by run/covid/2020-03-21", waiting.Output, StringComparison.Ordinal);
        Assert.Equal(1, CovidWorkspace.Parse((await workspace.CallAsync("holds", "--json")).ShouldSucceed().Output).GetArrayLength());

        // Waived for both days: the second goes on by itself as soon as a worker is there.
        (await workspace.CallAsync("waive", "run/covid/2020-03-21", "--by", "ann", "--reason", "few yet", "--until", "2100-01-01")).ShouldSucceed();
        var held = await workspace.CallAsync("run", "pipelines/covid", "--json");
        if (held.ExitCode == 4)
        {
            // Planned before the waiver, it is held itself.
            (await workspace.CallAsync("approve", "run/covid/2020-03-22", "--by", "ann", "--reason", "few yet")).ShouldSucceed();
        }

        Assert.Equal(2, CovidWorkspace.Parse((await workspace.CallAsync("partitions", "pipelines/covid", "--json")).ShouldSucceed().Output)
            .GetProperty("partitions").EnumerateArray().Count(p => p.GetProperty("state").GetString() == "published"));
    }

    [Fact]
    public async Task Run_OfADayAfterAHeldOne_ReadsTheLastGoodVersionAndSaysSo()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        await workspace.RunAsync("--partition", "2020-03-21");
        var file = Path.Combine(workspace.PipelineFolder, "pipeline.yaml");
        File.AppendAllText(file, "\nquality:\n  on_error: hold\n  approvers: [ann]\n  consumers: last_good\n");
        var contract = Path.Combine(workspace.PipelineFolder, "contracts", "gold.country_daily.odcs.yaml");
        File.WriteAllText(contract, File.ReadAllText(contract).Replace(
            "    description: One row per country and reported day.\n",
            "    description: One row per country and reported day.\n    quality:\n      - name: many_countries\n        metric: rowCount\n        mustBeGreaterThan: 100000\n        severity: error\n",
            StringComparison.Ordinal));
        Assert.Equal(4, (await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-21", "--json")).ExitCode);
        Assert.Equal(4, (await workspace.CallAsync("run", "pipelines/covid", "--partition", "2020-03-22", "--json")).ExitCode);

        // It is held for its own rule, not for the day before; once approved it tells what it read.
        var holds = CovidWorkspace.Parse((await workspace.CallAsync("holds", "--json")).ShouldSucceed().Output);
        Assert.Equal(2, holds.GetArrayLength());
        (await workspace.CallAsync("approve", "run/covid/2020-03-22", "--by", "ann", "--reason", "seen")).ShouldSucceed();
        var ledger = Directory.GetFiles(Path.Combine(workspace.Root, ".orchestrator", "lake", "_ledger"), "*2020-03-22*", SearchOption.AllDirectories).Select(File.ReadAllText);
        Assert.Contains(ledger, entry => entry.Contains("as it was published last: run/covid/2020-03-21 holds partition", StringComparison.Ordinal));
    }

    /// <summary>A run of 'held' waits for a decision; a load of 'reader' finds it so until it has ended.</summary>
    private static FlowStandIns Holding()
    {
        var stand = new FlowStandIns
        {
            Plan = plan => plan with { Datasets = [plan.Datasets[0] with { Gate = new GatePolicy { OnError = GateAction.Hold, Approvers = ["ann"] } }] },
            Staged = staged => staged.Partitions.Contains("held") ? staged with { Broken = ["rows"], Failure = "broken: rows" } : staged,
        };
        stand.Load = async request =>
        {
            if (request.Plan.Request.Partition == "reader" && stand.Holds.FirstOrDefault() is { } hold
                && (await Temporalio.Activities.ActivityExecutionContext.Current.TemporalClient.GetWorkflowHandle(hold.WorkflowId, hold.RunId).DescribeAsync()).Status is Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Running)
            {
                throw new ApplicationFailureException(
                    $"'bronze.x' waits: partition 'held' of 'bronze.x' is held by {hold.WorkflowId}",
                    ErrorTypes.InputHeld,
                    nonRetryable: true,
                    details: [new List<HeldRead> { new("bronze.x", "held", hold.WorkflowId, hold.RunId) }]);
            }
        };
        return stand;
    }
}
