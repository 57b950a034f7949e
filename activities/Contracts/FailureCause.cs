using Temporalio.Exceptions;

namespace Orchestrator.Activities.Contracts;

/// <summary>Why a workflow failed, behind the failures that only say where.</summary>
public static class FailureCause
{
    /// <summary>The message of the innermost failure behind those of workflows, child workflows and activities.</summary>
    public static string Of(Exception failure)
    {
        while (failure is WorkflowFailedException or ChildWorkflowFailureException or ActivityFailureException && failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message;
    }
}
