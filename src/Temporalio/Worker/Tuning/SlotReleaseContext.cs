namespace Temporalio.Worker.Tuning;

/// <summary>A slot given back.</summary>
/// <param name="SlotInfo">What it was used for; null when it was not used.</param>
/// <param name="Permit">The permit.</param>
public record SlotReleaseContext(SlotInfo? SlotInfo, SlotPermit Permit);
