using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Takes the only place in a worker's cache.</summary>
[Workflow]
public sealed class Evictor
{
    [WorkflowRun]
    public Task RunAsync() => Task.CompletedTask;
}
