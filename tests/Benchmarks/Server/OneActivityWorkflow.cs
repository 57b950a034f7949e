using Temporalio.Workflows;

namespace Orchestrator.Benchmarks.Server;

/// <summary>One activity; nothing else.</summary>
[Workflow]
public sealed class OneActivityWorkflow
{
    /// <summary>Returns what the activity returned.</summary>
    [WorkflowRun]
    public Task<int> RunAsync(int value) => Workflow.ExecuteActivityAsync(() => BenchActivities.Echo(value), BenchActivities.Options);
}
