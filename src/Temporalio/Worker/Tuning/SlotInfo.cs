namespace Temporalio.Worker.Tuning;

/// <summary>What a slot is used for.</summary>
public record SlotInfo
{
    private protected SlotInfo()
    {
    }

    /// <summary>Used for a workflow task.</summary>
    /// <param name="WorkflowType">Type name of the workflow.</param>
    /// <param name="IsSticky">Whether the task came from the worker's own queue.</param>
    public record WorkflowSlotInfo(string WorkflowType, bool IsSticky) : SlotInfo;

    /// <summary>Used for an activity.</summary>
    /// <param name="ActivityType">Type name of the activity.</param>
    public record ActivitySlotInfo(string ActivityType) : SlotInfo;

    /// <summary>Used for a local activity.</summary>
    /// <param name="ActivityType">Type name of the activity.</param>
    public record LocalActivitySlotInfo(string ActivityType) : SlotInfo;

    /// <summary>Used for a Nexus operation.</summary>
    /// <param name="ServiceHandlerType">Type of the service handler.</param>
    /// <param name="OperationName">Name of the operation.</param>
    public record NexusOperationSlotInfo(string ServiceHandlerType, string OperationName) : SlotInfo;
}
