namespace Orchestrator.Activities.Contracts;

/// <summary>A concurrency group as a pipeline declares it, pinned by the plan.</summary>
/// <param name="Name">Name of the group: the same name in two pipelines is the same group.</param>
/// <param name="Limit">Steps of the group that run at once.</param>
public sealed record GroupPlan(string Name, int Limit)
{
    /// <summary>Steps of the group that may begin in a minute; null for as many as there are.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>When the group stops trying for a while; null for never.</summary>
    public BreakerRule? Breaker { get; init; }

    /// <summary>Whether a source of the run belongs to it: reading the source takes a permit. Default: false.</summary>
    public bool OfSources { get; init; }
}

/// <summary>When a circuit breaker opens.</summary>
/// <param name="Failures">Failures in a row that open it.</param>
/// <param name="Cooldown">Time until one try decides whether it closes.</param>
public sealed record BreakerRule(int Failures, TimeSpan Cooldown);
