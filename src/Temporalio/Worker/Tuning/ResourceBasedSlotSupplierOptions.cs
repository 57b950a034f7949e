namespace Temporalio.Worker.Tuning;

/// <summary>Bounds of a <see cref="ResourceBasedSlotSupplier"/>.</summary>
/// <param name="MinimumSlots">Slots given whatever is used. Default: 5 for workflow tasks, 1 for others.</param>
/// <param name="MaximumSlots">Slots given at most. Default: 500.</param>
/// <param name="RampThrottle">Time between two slots above the minimum, so that their use shows. Default: none for workflow tasks, 50 ms for others.</param>
public sealed record ResourceBasedSlotSupplierOptions(int? MinimumSlots = null, int? MaximumSlots = null, TimeSpan? RampThrottle = null);
