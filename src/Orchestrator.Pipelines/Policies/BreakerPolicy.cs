namespace Orchestrator.Pipelines.Policies;

/// <summary>A circuit breaker: after failures in a row nothing is tried until a time has passed; then one try decides.</summary>
/// <param name="Failures">Failures in a row that open it.</param>
/// <param name="Cooldown">Time until the one try.</param>
public sealed record BreakerPolicy(int Failures, TimeSpan Cooldown);
