namespace Temporalio.Worker.Tuning;

/// <summary>A fixed number of slots.</summary>
public sealed class FixedSizeSlotSupplier : SlotSupplier
{
    /// <summary>Creates the supplier.</summary>
    /// <param name="slotCount">Tasks at once; at least 1.</param>
    public FixedSizeSlotSupplier(int slotCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slotCount);
        SlotCount = slotCount;
    }

    /// <summary>Tasks at once.</summary>
    public int SlotCount { get; }
}
