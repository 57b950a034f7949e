namespace Temporalio.Worker.Tuning;

/// <summary>What a slot is for.</summary>
public enum SlotType
{
    /// <summary>A workflow task.</summary>
    Workflow,

    /// <summary>An activity.</summary>
    Activity,

    /// <summary>A local activity.</summary>
    LocalActivity,

    /// <summary>A Nexus operation.</summary>
    NexusOperation,
}
