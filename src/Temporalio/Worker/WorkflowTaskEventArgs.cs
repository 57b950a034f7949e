using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>A step of a workflow, for those who watch a worker.</summary>
public abstract class WorkflowTaskEventArgs : EventArgs
{
    internal WorkflowTaskEventArgs(WorkflowDefinition definition, WorkflowInfo info)
    {
        WorkflowDefinition = definition;
        WorkflowInfo = info;
    }

    /// <summary>Definition of the workflow.</summary>
    public WorkflowDefinition WorkflowDefinition { get; }

    /// <summary>The run.</summary>
    public WorkflowInfo WorkflowInfo { get; }
}
