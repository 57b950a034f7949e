using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Retry policies and limits that <c>pipeline.yaml</c> declares, as runs carry them out.</summary>
public sealed class RetryAndLimitTests
{
    [Fact]
    public async Task Load_ThatKeepsFailing_IsTriedAsOftenAsItsPolicySays()
    {
        var stand = new FlowStandIns
        {
            Plan = plan => plan with { Retry = new Dictionary<string, StepRetry> { ["load"] = new(3, TimeSpan.FromMilliseconds(10), 1, TimeSpan.FromMilliseconds(10)) } },
            Load = _ => throw FlowStandIns.Down(),
        };
        var failure = await FailureAsync(stand);
        Assert.Equal("source.down", failure.ErrorType);
        Assert.Equal(3, stand.Loads.Count);
        Assert.Empty(stand.Published);
        Assert.Equal(RunStatus.Failed, stand.Ledger.Single().Result.Status);
    }

    [Fact]
    public async Task Load_ThatFailsOnce_IsTriedAgainByTheDefaultPolicy()
    {
        var stand = new FlowStandIns();
        stand.Load = _ => stand.Loads.Count == 1 ? throw FlowStandIns.Down() : Task.CompletedTask;
        await RunAsync(stand);
        Assert.Equal(2, stand.Loads.Count);
        Assert.Single(stand.Published);
    }

    [Fact]
    public async Task Run_WithMoreRowsThanItsLimit_FailsAndPublishesNothing()
    {
        var stand = new FlowStandIns { Plan = plan => plan with { MaxRows = 6 } };
        var failure = await FailureAsync(stand);
        Assert.Equal(ErrorTypes.RowLimit, failure.ErrorType);
        Assert.Contains("gets 7 rows: expected at most 6 (limits.rows)", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stand.Published);

        await RunAsync(new FlowStandIns { Plan = plan => plan with { MaxRows = 7 } });
    }

    [Fact]
    public async Task Run_ThatCostsMoreThanItsLimit_FailsWithWhatItCost()
    {
        var prices = new PriceList(StepHour: 3600, Gibibyte: 1);
        FlowStandIns Costing(decimal most) => new()
        {
            Plan = plan => plan with { Cost = new CostLimit(most, prices) },
            Staged = staged => staged with { Used = new StepUsage(2.5, 1L << 29) },
        };
        var failure = await FailureAsync(Costing(2.9m));
        Assert.Equal(ErrorTypes.CostLimit, failure.ErrorType);
        Assert.Contains("has cost 3 with 'bronze.x': expected at most 2.9 (limits.cost", failure.Message, StringComparison.Ordinal);
        await RunAsync(Costing(3));
    }

    [Fact]
    public async Task Pipeline_WithALimitOfRows_FailsByNameAndLeavesNothingStaged()
    {
        using var workspace = new CovidWorkspace("2020-03-21");
        var file = Path.Combine(workspace.PipelineFolder, "pipeline.yaml");
        var text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("limits:\n", "limits:\n  rows: 100\n", StringComparison.Ordinal));

        var failed = await workspace.CallAsync("run", "pipelines/covid");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("(limits.rows)", failed.Output + failed.Errors, StringComparison.Ordinal);
        Assert.Empty(workspace.PublishedTables());
        Assert.Empty(Staged(workspace));

        File.WriteAllText(file, text.Replace("limits:\n", "limits:\n  cost: 0.0000001\n", StringComparison.Ordinal));
        var dear = await workspace.CallAsync("run", "pipelines/covid");
        Assert.Equal(1, dear.ExitCode);
        Assert.Contains("(limits.cost", dear.Output + dear.Errors, StringComparison.Ordinal);

        File.WriteAllText(file, text.Replace("limits:\n", "limits:\n  cost: 1\n  rows: 100000\n", StringComparison.Ordinal));
        await workspace.RunAsync();
        Assert.NotEmpty(workspace.PublishedTables());
    }

    private static string[] Staged(CovidWorkspace workspace)
    {
        var folder = Path.Combine(workspace.Root, ".orchestrator", "lake", "_staging");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    private static async Task<ApplicationFailureException> FailureAsync(FlowStandIns stand)
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => RunAsync(stand));
        var cause = failed.InnerException;
        return Assert.IsType<ApplicationFailureException>(cause is ActivityFailureException ? cause.InnerException : cause);
    }

    private static async Task RunAsync(FlowStandIns stand)
    {
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            options => options.AddWorkflow<PipelineRunWorkflow>().AddAllActivities(stand),
            async () =>
            {
                var request = new RunRequest("x", "2020-01-01");
                await server.Client.ExecuteWorkflowAsync((PipelineRunWorkflow w) => w.RunAsync(request), new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
            });
    }
}
