namespace Temporalio.Exceptions;

/// <summary>A workflow was not started because its id is taken, by a running or, depending on the reuse policy, a closed run.</summary>
public class WorkflowAlreadyStartedException : FailureException
{
    /// <summary>Creates the exception without the workflow's type.</summary>
    /// <param name="message">What was refused.</param>
    /// <param name="workflowId">The taken id.</param>
    /// <param name="runId">The run that holds it.</param>
    [Obsolete("Use the constructor that takes the workflow type.")]
    public WorkflowAlreadyStartedException(string message, string workflowId, string runId)
        : this(message, workflowId, "<unknown>", runId)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was refused.</param>
    /// <param name="workflowId">The taken id.</param>
    /// <param name="workflowType">Type of the workflow that was to be started.</param>
    /// <param name="runId">The run that holds the id.</param>
    public WorkflowAlreadyStartedException(string message, string workflowId, string workflowType, string runId)
        : base(message)
    {
        WorkflowId = workflowId;
        WorkflowType = workflowType;
        RunId = runId;
    }

    /// <summary>The taken id.</summary>
    public string WorkflowId { get; }

    /// <summary>Type of the workflow that was to be started.</summary>
    public string WorkflowType { get; }

    /// <summary>The run that holds the id.</summary>
    public string RunId { get; }
}
