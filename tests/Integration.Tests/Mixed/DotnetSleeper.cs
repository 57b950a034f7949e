using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Mixed;

/// <summary>Waits until it is cancelled.</summary>
[Workflow]
public sealed class DotnetSleeper
{
    [WorkflowRun]
    public Task RunAsync() => Workflow.DelayAsync(TimeSpan.FromHours(1));
}
