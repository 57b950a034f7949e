namespace Temporalio.Exceptions;

/// <summary>A query's handler failed, or the workflow has no such query.</summary>
public class WorkflowQueryFailedException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What the worker reported.</param>
    public WorkflowQueryFailedException(string message)
        : base(message)
    {
    }
}
