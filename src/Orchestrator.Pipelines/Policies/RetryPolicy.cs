namespace Orchestrator.Pipelines.Policies;

/// <summary>How often and when a step is tried again after a failure that may pass.</summary>
public sealed record RetryPolicy
{
    /// <summary>Tries in all, the first one included. Default: 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Time before the second try. Default: 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>By how much each delay is longer than the one before. Default: 2.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>Longest time between two tries. Default: 1 minute.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);
}
