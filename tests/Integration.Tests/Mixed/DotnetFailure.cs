using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Mixed;

/// <summary>Fails for good, with details.</summary>
[Workflow]
public sealed class DotnetFailure
{
    [WorkflowRun]
    public Task RunAsync() =>
        throw new ApplicationFailureException("order is invalid", "OrderInvalid", nonRetryable: true, details: [new Dictionary<string, int> { ["code"] = 7 }, "second"]);
}
