namespace Orchestrator.Activities.Contracts;

/// <summary>What a <c>Breaker</c> starts and continues with.</summary>
/// <param name="Group">The concurrency group whose source it watches.</param>
public sealed record BreakerStart(string Group)
{
    /// <summary>Where it was. Default: closed.</summary>
    public BreakerState State { get; init; } = new();
}
