using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>A step of a workflow is about to run.</summary>
public class WorkflowTaskStartingEventArgs : WorkflowTaskEventArgs
{
    internal WorkflowTaskStartingEventArgs(WorkflowDefinition definition, WorkflowInfo info)
        : base(definition, info)
    {
    }
}
