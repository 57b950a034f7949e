namespace Orchestrator.Activities.Contracts;

/// <summary>How often and when a step is tried again after a failure that may pass.</summary>
/// <param name="Attempts">Tries in all, the first one included.</param>
/// <param name="FirstDelay">Time before the second try.</param>
/// <param name="Backoff">By how much each delay is longer than the one before.</param>
/// <param name="MaxDelay">Longest time between two tries.</param>
public sealed record StepRetry(int Attempts, TimeSpan FirstDelay, double Backoff, TimeSpan MaxDelay)
{
    /// <summary>What holds where nothing is declared, as <c>pipeline.yaml</c> documents it.</summary>
    public static StepRetry Default { get; } = new(5, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(1));

    /// <summary>Time between a try and the next.</summary>
    /// <param name="attempt">Number of the try that failed, from 1.</param>
    public TimeSpan DelayAfter(int attempt) => TimeSpan.FromSeconds(Math.Min(MaxDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(Backoff, attempt - 1)));

    /// <summary>Time that all tries may take together.</summary>
    /// <param name="attempt">Time of one try.</param>
    public TimeSpan Longest(TimeSpan attempt) =>
        TimeSpan.FromSeconds(Math.Min(TimeSpan.FromDays(365).TotalSeconds, Attempts * attempt.TotalSeconds + Enumerable.Range(1, Math.Min(Attempts, 10_000)).Sum(a => DelayAfter(a).TotalSeconds)));
}
