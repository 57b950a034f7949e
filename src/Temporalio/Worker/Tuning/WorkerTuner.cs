namespace Temporalio.Worker.Tuning;

/// <summary>The slot suppliers of a worker.</summary>
public class WorkerTuner : IWorkerTuner
{
    /// <summary>Creates the tuner.</summary>
    /// <param name="workflowTaskSlotSupplier">Slots of workflow tasks.</param>
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

    /// <summary>Creates a tuner that gives slots while there is room on the machine.</summary>
    /// <param name="targetMemoryUsage">Share of the memory this process may have, 0 to 1.</param>
    /// <param name="targetCpuUsage">Share of all processors, 0 to 1.</param>
    /// <param name="workflowOptions">Bounds for workflow tasks.</param>
    /// <param name="activityOptions">Bounds for activities.</param>
    /// <param name="localActivityOptions">Bounds for local activities.</param>
    /// <param name="nexusOptions">Bounds for Nexus operations.</param>
    /// <returns>The tuner.</returns>
    /// <exception cref="ArgumentException">A share is not between 0 and 1, or bounds do not fit.</exception>
    public static WorkerTuner CreateResourceBased(
        double targetMemoryUsage, double targetCpuUsage, ResourceBasedSlotSupplierOptions? workflowOptions = null, ResourceBasedSlotSupplierOptions? activityOptions = null,
        ResourceBasedSlotSupplierOptions? localActivityOptions = null, ResourceBasedSlotSupplierOptions? nexusOptions = null)
    {
        var target = new ResourceBasedTunerOptions(targetMemoryUsage, targetCpuUsage);
        return new(
            new ResourceBasedSlotSupplier(workflowOptions ?? new(), target), new ResourceBasedSlotSupplier(activityOptions ?? new(), target),
            new ResourceBasedSlotSupplier(localActivityOptions ?? new(), target), new ResourceBasedSlotSupplier(nexusOptions ?? new(), target));
    }

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
