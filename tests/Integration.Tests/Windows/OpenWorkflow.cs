using Temporalio.Workflows;

namespace Integration.Tests.Windows;

/// <summary>A workflow that is open until it is ended.</summary>
[Workflow("Open")]
public sealed class OpenWorkflow
{
    [WorkflowRun]
    public Task RunAsync() => Workflow.WaitConditionAsync(() => false);
}
