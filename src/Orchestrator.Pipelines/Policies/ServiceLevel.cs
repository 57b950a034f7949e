namespace Orchestrator.Pipelines.Policies;

/// <summary>What consumers may rely on. Every promise is optional; one that is not given raises no alert.</summary>
public sealed record ServiceLevel
{
    /// <summary>How old the newest published partition may be, counted from its end. Default: null.</summary>
    public TimeSpan? Freshness { get; init; }

    /// <summary>How long after its end a partition is published. Default: null.</summary>
    public TimeSpan? DeliveredWithin { get; init; }

    /// <summary>How long a run takes. Default: null.</summary>
    public TimeSpan? RunDuration { get; init; }

    /// <summary>Share of rows that pass all checks, in percent. Default: null.</summary>
    public double? QualityPercent { get; init; }
}
