namespace Temporalio.Exceptions;

/// <summary>The result of one run was asked for and that run continued as a new one.</summary>
public class WorkflowContinuedAsNewException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="newRunId">The run that carries on.</param>
    public WorkflowContinuedAsNewException(string newRunId)
        : base("Workflow continued as new") => NewRunId = newRunId;

    /// <summary>The run that carries on.</summary>
    public string NewRunId { get; }
}
