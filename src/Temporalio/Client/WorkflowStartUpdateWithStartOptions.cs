namespace Temporalio.Client;

/// <summary>Options for starting an update that starts its workflow if need be.</summary>
public class WorkflowStartUpdateWithStartOptions : WorkflowUpdateWithStartOptions
{
    /// <summary>Creates options; start operation and stage must be set before use.</summary>
    public WorkflowStartUpdateWithStartOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="startWorkflowOperation">How the workflow is started.</param>
    /// <param name="waitForStage">How far the update must have come before the call returns.</param>
    public WorkflowStartUpdateWithStartOptions(WithStartWorkflowOperation startWorkflowOperation, WorkflowUpdateStage waitForStage)
        : base(startWorkflowOperation) => WaitForStage = waitForStage;

    /// <summary>Creates options.</summary>
    /// <param name="id">Id of the update.</param>
    /// <param name="startWorkflowOperation">How the workflow is started.</param>
    /// <param name="waitForStage">How far the update must have come before the call returns.</param>
    public WorkflowStartUpdateWithStartOptions(string id, WithStartWorkflowOperation startWorkflowOperation, WorkflowUpdateStage waitForStage)
        : base(id, startWorkflowOperation) => WaitForStage = waitForStage;

    /// <summary>How far the update must have come before the call returns; required, accepted or completed.</summary>
    public WorkflowUpdateStage WaitForStage { get; set; }
}
