namespace Temporalio.Exceptions;

/// <summary>A workflow whose result was awaited did not succeed; the inner exception says why.</summary>
public class WorkflowFailedException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="inner">Why the workflow did not succeed.</param>
    public WorkflowFailedException(Exception? inner)
        : base("Workflow failed", inner)
    {
    }
}
