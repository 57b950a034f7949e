using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>The redrive workflow over rows that are not there.</summary>
public sealed class RedriveTests
{
    [Fact]
    public async Task Redrive_OfPartitionsWithRows_RunsThemAllAndComparesAfterwards()
    {
        var stand = new RedriveStandIns("2020-03-22", "2020-03-23");

        var report = await RunAsync(stand, new RedriveRequest { Pipeline = "x", Concurrency = 3 });

        Assert.Equal(["All True 3 2020-03-22 2020-03-23", "compare 2020-03-22 2020-03-23"], stand.Done);
        Assert.Equal(("completed", 2, 1, 1, 0), (report.Phase, report.Partitions, report.Published, report.Failed, report.Held));
        Assert.Equal(3, Assert.Single(report.Outcomes).Released);
        Assert.Equal("x is no partition", Assert.Single(report.Problems));
    }

    [Fact]
    public async Task Redrive_OfNothing_RunsNothing()
    {
        var stand = new RedriveStandIns();

        var report = await RunAsync(stand, new RedriveRequest { Pipeline = "x" });

        Assert.Empty(stand.Done);
        Assert.Equal(("completed", 0, 1), (report.Phase, report.Partitions, report.Problems.Count));
    }

    private static async Task<RedriveReport> RunAsync(RedriveStandIns stand, RedriveRequest request)
    {
        RedriveReport? report = null;
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            o => o.AddWorkflow<RedriveWorkflow>().AddWorkflow<RedriveStandIns.Backfill>().AddAllActivities(stand),
            async () => report = await (await server.Client.StartWorkflowAsync("Redrive", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue))).GetResultAsync<RedriveReport>());
        return report!;
    }
}
