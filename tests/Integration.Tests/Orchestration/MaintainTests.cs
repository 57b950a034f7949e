using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>The maintenance workflow over tables that are not there.</summary>
public sealed class MaintainTests
{
    [Fact]
    public async Task Maintain_OfTwoTables_DoesWhatIsPlannedInOrder()
    {
        var stand = new MaintainStandIns(
            Table("gold.x", MaintainStepKind.Checkpoint, MaintainStepKind.Sweep, MaintainStepKind.Compact, MaintainStepKind.Retire), Table("silver.y"), Table("silver.z", MaintainStepKind.Vacuum));

        var report = await RunAsync(stand, new MaintainRequest { Pipeline = "x" });

        Assert.Equal(["Retire gold.x", "Compact gold.x", "Sweep gold.x", "Checkpoint gold.x", "Vacuum silver.z"], stand.Done);
        Assert.Equal("completed", report.Phase);
        Assert.Equal(
            ["gold.x: Retire Compact Checkpoint", "silver.y: ", "silver.z: Vacuum"],
            report.Tables.Select(t => $"{t.Table}: {string.Join(' ', t.Steps.Select(s => s.Kind))}"));
    }

    [Fact]
    public async Task Maintain_ThatOnlyLooks_TellsThePlanAndDoesNothing()
    {
        var stand = new MaintainStandIns(Table("gold.x", MaintainStepKind.Compact), Table("silver.y", MaintainStepKind.Compact));

        var report = await RunAsync(stand, new MaintainRequest { Pipeline = "x", Dataset = "silver.y", DryRun = true });

        Assert.Empty(stand.Done);
        Assert.Equal("planned", report.Phase);
        Assert.Equal(MaintainStepKind.Compact, Assert.Single(Assert.Single(report.Tables).Steps).Kind);
        Assert.Equal("silver.y", report.Tables[0].Table);
    }

    [Fact]
    public async Task Maintain_OfATableThatFails_KeepsTheOthersInShapeAndSaysSo()
    {
        var stand = new MaintainStandIns(Table("gold.x", MaintainStepKind.Compact, MaintainStepKind.Vacuum), Table("silver.y", MaintainStepKind.Compact)) { Broken = "Compact gold.x" };

        var report = await RunAsync(stand, new MaintainRequest { Pipeline = "x" });

        Assert.Equal(["Vacuum gold.x", "Compact silver.y"], stand.Done);
        Assert.Equal("compact gold.x: Compact gold.x is broken", Assert.Single(report.Tables[0].Problems));
        Assert.Empty(report.Tables[1].Problems);
    }

    private static MaintainTable Table(string name, params MaintainStepKind[] steps) =>
        new() { Dataset = name, Table = name, Version = 7, Steps = [.. steps.Select(s => new MaintainStep { Kind = s, Files = 4 })] };

    private static async Task<MaintainReport> RunAsync(MaintainStandIns stand, MaintainRequest request)
    {
        MaintainReport? report = null;
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            o => o.AddWorkflow<MaintainWorkflow>().AddAllActivities(stand),
            async () =>
            {
                var handle = await server.Client.StartWorkflowAsync("Maintain", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
                report = await handle.GetResultAsync<MaintainReport>();
            });
        return report!;
    }
}
