namespace Temporalio.Worker.Tuning;

/// <summary>Slots handed out by code of one's own. Must be thread safe; exceptions are logged and the reservation is tried again.</summary>
public abstract class CustomSlotSupplier : SlotSupplier
{
    /// <summary>Waits for a slot.</summary>
    /// <param name="ctx">The wish.</param>
    /// <param name="cancellationToken">Fires when the slot is no longer wanted.</param>
    /// <returns>The permit.</returns>
    public abstract Task<SlotPermit> ReserveSlotAsync(SlotReserveContext ctx, CancellationToken cancellationToken);

    /// <summary>Takes a slot if one is free now. Must not block.</summary>
    /// <param name="ctx">The wish.</param>
    /// <returns>The permit, or null.</returns>
    public abstract SlotPermit? TryReserveSlot(SlotReserveContext ctx);

    /// <summary>Called when a reserved slot is used. Must not block.</summary>
    /// <param name="ctx">The slot.</param>
    public abstract void MarkSlotUsed(SlotMarkUsedContext ctx);

    /// <summary>Called when a slot is given back, used or not. Must not block.</summary>
    /// <param name="ctx">The slot.</param>
    public abstract void ReleaseSlot(SlotReleaseContext ctx);
}
