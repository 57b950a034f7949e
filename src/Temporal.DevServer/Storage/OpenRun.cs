namespace Temporal.DevServer.Storage;

/// <summary>What a start has to know of an open run before it looks into it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Deadline">When the run has to be looked at next.</param>
/// <param name="WaitsForWorker">Something in the run may wait for a worker.</param>
internal sealed record OpenRun(RunKey Run, DateTime? Deadline, bool WaitsForWorker);
