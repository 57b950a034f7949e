namespace Temporalio.Client;

/// <summary>Options for executing an update that starts its workflow if need be.</summary>
public class WorkflowUpdateWithStartOptions : WorkflowUpdateOptions
{
    /// <summary>Creates options; the start operation must be set before use.</summary>
    public WorkflowUpdateWithStartOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="startWorkflowOperation">How the workflow is started.</param>
    public WorkflowUpdateWithStartOptions(WithStartWorkflowOperation startWorkflowOperation) => StartWorkflowOperation = startWorkflowOperation;

    /// <summary>Creates options.</summary>
    /// <param name="id">Id of the update.</param>
    /// <param name="startWorkflowOperation">How the workflow is started.</param>
    public WorkflowUpdateWithStartOptions(string id, WithStartWorkflowOperation startWorkflowOperation)
        : base(id) => StartWorkflowOperation = startWorkflowOperation;

    /// <summary>How the workflow is started; required. An operation can be used once.</summary>
    public WithStartWorkflowOperation? StartWorkflowOperation { get; set; }

    /// <summary>Makes a copy, nested options included; the start operation of the copy is fresh.</summary>
    /// <returns>The copy.</returns>
    public override object Clone()
    {
        var copy = (WorkflowUpdateWithStartOptions)base.Clone();
        copy.StartWorkflowOperation = (WithStartWorkflowOperation?)StartWorkflowOperation?.Clone();
        return copy;
    }
}
