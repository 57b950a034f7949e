namespace Orchestrator.Pipelines.Policies;

/// <summary>A named semaphore that sources and datasets of any pipeline share.</summary>
public sealed record ConcurrencyGroup
{
    /// <summary>Name of the group. The same name in two pipelines is the same group; the smaller limit holds.</summary>
    public required string Name { get; init; }

    /// <summary>How many steps of the group run at once.</summary>
    public required int Limit { get; init; }

    /// <summary>How many steps may begin in a minute. Default: null, as many as there are.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>When the group stops trying for a while. Default: null, never.</summary>
    public BreakerPolicy? Breaker { get; init; }
}
