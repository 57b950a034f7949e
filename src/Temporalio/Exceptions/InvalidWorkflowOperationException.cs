namespace Temporalio.Exceptions;

/// <summary>Workflow code did what it must not. Fails the workflow task, not the run, unless named as a failure type.</summary>
public class InvalidWorkflowOperationException : TemporalException
{
    /// <summary>With a message.</summary>
    /// <param name="message">What happened, on what, and what helps.</param>
    internal InvalidWorkflowOperationException(string message)
        : base(message)
    {
    }

    internal InvalidWorkflowOperationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
