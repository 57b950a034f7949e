namespace Temporal.DevServer.Simulation;

/// <summary>What a seed came to.</summary>
/// <param name="Broken">The invariant that did not hold, or null.</param>
/// <param name="Actions">Steps of clients, workers, disk and clock.</param>
/// <param name="Crashes">Restarts of the server.</param>
/// <param name="ClosedRuns">Runs that ended.</param>
/// <param name="Digest">Stands for the types of all events of all runs: the same for the same seed.</param>
public sealed record Outcome(string? Broken, int Actions, int Crashes, int ClosedRuns, string Digest);
