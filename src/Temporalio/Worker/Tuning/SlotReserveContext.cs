namespace Temporalio.Worker.Tuning;

/// <summary>A wish for a slot.</summary>
/// <param name="SlotType">What it is for.</param>
/// <param name="TaskQueue">Task queue of the worker.</param>
/// <param name="WorkerIdentity">Identity of the worker.</param>
/// <param name="WorkerBuildId">Build id of the worker; empty when it has none.</param>
/// <param name="IsSticky">Whether it is for the worker's own queue.</param>
public record SlotReserveContext(SlotType SlotType, string TaskQueue, string WorkerIdentity, string WorkerBuildId, bool IsSticky);
