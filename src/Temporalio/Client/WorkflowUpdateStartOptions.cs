namespace Temporalio.Client;

/// <summary>Options for starting an update.</summary>
public class WorkflowUpdateStartOptions : WorkflowUpdateOptions
{
    /// <summary>Creates options; the stage must be set before use.</summary>
    public WorkflowUpdateStartOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="waitForStage">How far the update must have come before the call returns.</param>
    public WorkflowUpdateStartOptions(WorkflowUpdateStage waitForStage) => WaitForStage = waitForStage;

    /// <summary>Creates options.</summary>
    /// <param name="id">Id of the update.</param>
    /// <param name="waitForStage">How far the update must have come before the call returns.</param>
    public WorkflowUpdateStartOptions(string id, WorkflowUpdateStage waitForStage)
        : base(id) => WaitForStage = waitForStage;

    /// <summary>How far the update must have come before the call returns; required, accepted or completed.</summary>
    public WorkflowUpdateStage WaitForStage { get; set; }
}
