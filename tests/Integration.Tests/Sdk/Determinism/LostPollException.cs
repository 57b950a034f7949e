namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>
/// A poll that the test took back had been given a task already. No worker has it and the clock stands still: the test's fault, to be tried again.
/// A task that reached a worker is never the reason; the gate waits for those.
/// </summary>
internal sealed class LostPollException(string message) : Exception(message);
