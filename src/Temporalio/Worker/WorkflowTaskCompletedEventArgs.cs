using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>A step of a workflow has run.</summary>
public class WorkflowTaskCompletedEventArgs : WorkflowTaskEventArgs
{
    internal WorkflowTaskCompletedEventArgs(WorkflowDefinition definition, WorkflowInfo info, Exception? taskFailureException)
        : base(definition, info) => TaskFailureException = taskFailureException;

    /// <summary>What failed the task; null when it did not fail.</summary>
    public Exception? TaskFailureException { get; }
}
