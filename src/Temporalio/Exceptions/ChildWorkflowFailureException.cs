using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Temporalio.Exceptions;

/// <summary>A child workflow ended without success; the inner exception says why.</summary>
public class ChildWorkflowFailureException : FailureException
{
    /// <summary>Creates the failure from a received message.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">Why the child failed.</param>
    protected internal ChildWorkflowFailureException(Failure failure, Exception? inner)
        : base(failure, inner)
    {
    }

    /// <summary>The received message.</summary>
    public new Failure Failure => base.Failure!;

    /// <summary>Namespace of the child.</summary>
    public string Namespace => Failure.ChildWorkflowExecutionFailureInfo?.Namespace ?? string.Empty;

    /// <summary>Workflow id of the child.</summary>
    public string WorkflowId => Failure.ChildWorkflowExecutionFailureInfo?.WorkflowExecution?.WorkflowId ?? string.Empty;

    /// <summary>Run id of the child's run that failed; empty when it never started.</summary>
    public string RunId => Failure.ChildWorkflowExecutionFailureInfo?.WorkflowExecution?.RunId ?? string.Empty;

    /// <summary>Type name of the child.</summary>
    public string WorkflowType => Failure.ChildWorkflowExecutionFailureInfo?.WorkflowType?.Name ?? string.Empty;

    /// <summary>Why there was no further attempt.</summary>
    public RetryState RetryState => Failure.ChildWorkflowExecutionFailureInfo?.RetryState ?? RetryState.Unspecified;
}
