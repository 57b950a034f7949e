namespace Temporalio.Worker.Tuning;

/// <summary>A slot that is now used.</summary>
/// <param name="SlotInfo">What it is used for.</param>
/// <param name="Permit">The permit.</param>
public record SlotMarkUsedContext(SlotInfo SlotInfo, SlotPermit Permit);
