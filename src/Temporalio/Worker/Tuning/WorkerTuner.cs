namespace Temporalio.Worker.Tuning;

/// <summary>The slot suppliers of a worker.</summary>
public class WorkerTuner : IWorkerTuner
{
    /// <summary>Creates the tuner.</summary>
    /// <param name="workflowTaskSlotSupplier">Slots of workflow tasks; a fixed size at present.</param>
    /// <param name="activityTaskSlotSupplier">Slots of activities.</param>
    /// <param name="localActivitySlotSupplier">Slots of local activities.</param>
    /// <param name="nexusTaskSlotSupplier">Slots of Nexus operations, which this package does not run.</param>
    public WorkerTuner(
        SlotSupplier workflowTaskSlotSupplier, SlotSupplier activityTaskSlotSupplier, SlotSupplier localActivitySlotSupplier,
        SlotSupplier nexusTaskSlotSupplier)
    {
        WorkflowTaskSlotSupplier = workflowTaskSlotSupplier;
        ActivityTaskSlotSupplier = activityTaskSlotSupplier;
        LocalActivitySlotSupplier = localActivitySlotSupplier;
        NexusTaskSlotSupplier = nexusTaskSlotSupplier;
    }

    /// <inheritdoc/>
    public SlotSupplier WorkflowTaskSlotSupplier { get; init; }

    /// <inheritdoc/>
    public SlotSupplier ActivityTaskSlotSupplier { get; init; }

    /// <inheritdoc/>
    public SlotSupplier LocalActivitySlotSupplier { get; init; }

    /// <summary>Slots of Nexus operations, which this package does not run.</summary>
    public SlotSupplier NexusTaskSlotSupplier { get; init; }

    /// <summary>Creates a tuner with fixed numbers.</summary>
    /// <param name="workflowTaskSlots">Workflow tasks at once.</param>
    /// <param name="activityTaskSlots">Activities at once.</param>
    /// <param name="localActivitySlots">Local activities at once.</param>
    /// <param name="nexusTaskSlots">Nexus operations at once.</param>
    /// <returns>The tuner.</returns>
    public static WorkerTuner CreateFixedSize(int workflowTaskSlots, int activityTaskSlots, int localActivitySlots, int nexusTaskSlots = 100) =>
        new(
            new FixedSizeSlotSupplier(workflowTaskSlots), new FixedSizeSlotSupplier(activityTaskSlots),
            new FixedSizeSlotSupplier(localActivitySlots), new FixedSizeSlotSupplier(nexusTaskSlots));
}
