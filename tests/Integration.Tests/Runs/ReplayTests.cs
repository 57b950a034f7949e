using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Integration.Tests.Runs;

/// <summary>Histories of real runs replay on the code that made them, and on no other.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Replay_OfEveryRecordedRun_IsCleanAndAChangedWorkflowIsCaught()
    {
        using var workspace = new CovidWorkspace("2020-03-20", "2020-03-21", "2020-03-22");
        await workspace.RunAsync();
        File.WriteAllText(workspace.SampleFile("2020-03-23"), "");
        var failed = await workspace.CallAsync("run", "pipelines/covid");
        Assert.Equal(1, failed.ExitCode);
        var histories = await HistoriesAsync(Path.Combine(workspace.Root, ".orchestrator", "temporal.db"));
        Assert.Equal(4, histories.Count);

        var replayer = Replayer(options => options.AddWorkflow<PipelineRunWorkflow>());
        foreach (var history in histories)
        {
            var result = await replayer.ReplayWorkflowAsync(history, throwOnReplayFailure: false);
            Assert.True(result.ReplayFailure is null, $"{history.Id}: {result.ReplayFailure}");
        }

        var changed = Replayer(options => options.AddWorkflow<ChangedRun>());
        foreach (var history in histories)
        {
            var result = await changed.ReplayWorkflowAsync(history, throwOnReplayFailure: false);
            Assert.IsType<WorkflowNondeterminismException>(result.ReplayFailure);
        }
    }

    private static WorkflowReplayer Replayer(Action<WorkflowReplayerOptions> configure)
    {
        var options = new WorkflowReplayerOptions { DataConverter = PayloadFormat.Converter };
        configure(options);
        return new WorkflowReplayer(options);
    }

    private static async Task<IReadOnlyList<WorkflowHistory>> HistoriesAsync(string database)
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Port = 0, DatabaseFile = database });
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(server.Address));
        var histories = new List<WorkflowHistory>();
        await foreach (var run in client.ListWorkflowsAsync("WorkflowType = 'PipelineRun'"))
        {
            histories.Add(await client.GetWorkflowHandle(run.Id, run.RunId).FetchHistoryAsync());
        }

        return histories;
    }

    /// <summary>The run as somebody might change it by mistake: land comes before plan.</summary>
    [Workflow("PipelineRun")]
    public sealed class ChangedRun
    {
        [WorkflowRun]
        public async Task<RunResult> RunAsync(RunRequest request)
        {
            await Workflow.ExecuteActivityAsync("LandBronze", [request], new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
            return new RunResult { Request = request, Status = RunStatus.Skipped };
        }
    }
}
