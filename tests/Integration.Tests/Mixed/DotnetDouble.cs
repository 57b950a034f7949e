using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Mixed;

/// <summary>Doubles its argument.</summary>
[Workflow]
public sealed class DotnetDouble
{
    [WorkflowRun]
    public Task<int> RunAsync(int value) => Task.FromResult(value * 2);
}
