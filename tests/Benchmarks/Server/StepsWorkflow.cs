using Temporalio.Workflows;

namespace Orchestrator.Benchmarks.Server;

/// <summary>Activities one after the other, each noting when it ran.</summary>
[Workflow]
public sealed class StepsWorkflow
{
    /// <summary>Runs that many activities.</summary>
    [WorkflowRun]
    public async Task RunAsync(int steps)
    {
        var workflowId = Workflow.Info.WorkflowId;
        for (var step = 0; step < steps; step++)
        {
            await Workflow.ExecuteActivityAsync(() => BenchActivities.Mark(workflowId), BenchActivities.Options);
        }
    }
}
