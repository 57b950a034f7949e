namespace Temporalio.Workflows;

/// <summary>Options of a wait for a condition.</summary>
public class WaitConditionOptions : ICloneable
{
    /// <summary>A wait whose condition is yet to be set.</summary>
    public WaitConditionOptions()
        : this(static () => false)
    {
    }

    /// <summary>A wait.</summary>
    /// <param name="conditionCheck">True ends the wait.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="timeoutSummary">One line about the timer, shown by tools.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public WaitConditionOptions(
        Func<bool> conditionCheck, TimeSpan? timeout = null, string? timeoutSummary = null, CancellationToken? cancellationToken = null)
    {
        ConditionCheck = conditionCheck;
        Timeout = timeout;
        TimeoutSummary = timeoutSummary;
        CancellationToken = cancellationToken;
    }

    /// <summary>Cancels the wait. Default: the token of the workflow.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>True ends the wait. Evaluated whenever the workflow has nothing else to do; must change nothing.</summary>
    public Func<bool> ConditionCheck { get; set; }

    /// <summary>Longest wait. Default: without end.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>One line about the timer, shown by tools. Default: none.</summary>
    public string? TimeoutSummary { get; set; }

    /// <summary>Shallow copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
