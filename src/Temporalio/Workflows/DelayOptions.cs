namespace Temporalio.Workflows;

/// <summary>Options of a timer.</summary>
public class DelayOptions : ICloneable
{
    /// <summary>A timer of no length yet.</summary>
    public DelayOptions()
    {
    }

    /// <summary>A timer.</summary>
    /// <param name="delay">Length.</param>
    /// <param name="summary">One line shown by tools.</param>
    /// <param name="cancellationToken">Cancels the timer.</param>
    public DelayOptions(TimeSpan delay, string? summary = null, CancellationToken? cancellationToken = null)
    {
        Delay = delay;
        Summary = summary;
        CancellationToken = cancellationToken;
    }

    /// <summary>A timer.</summary>
    /// <param name="millisecondsDelay">Length in milliseconds.</param>
    /// <param name="summary">One line shown by tools.</param>
    /// <param name="cancellationToken">Cancels the timer.</param>
    public DelayOptions(int millisecondsDelay, string? summary = null, CancellationToken? cancellationToken = null)
        : this(TimeSpan.FromMilliseconds(millisecondsDelay), summary, cancellationToken)
    {
    }

    /// <summary>Cancels the timer. Default: the token of the workflow.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>Length: zero counts as 1 ms, <see cref="Timeout.InfiniteTimeSpan"/> ends only by cancellation.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>One line about the timer, shown by tools. Default: none.</summary>
    public string? Summary { get; set; }

    /// <summary>Shallow copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
