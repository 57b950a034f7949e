using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>Options of a local activity. At least one of <see cref="StartToCloseTimeout"/> and <see cref="ScheduleToCloseTimeout"/> is needed.</summary>
public class LocalActivityOptions : ICloneable
{
    /// <summary>Id of the activity. Default: its number within the run.</summary>
    public string? ActivityId { get; set; }

    /// <summary>Cancels the activity. Default: the token of the workflow; <see cref="System.Threading.CancellationToken.None"/> detaches.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>What cancelling means for the caller. Default: <see cref="ActivityCancellationType.TryCancel"/>.</summary>
    public ActivityCancellationType CancellationType { get; set; } = ActivityCancellationType.TryCancel;

    /// <summary>Pauses before a retry longer than this are waited for with a timer instead of in memory. Default: 1 minute.</summary>
    public TimeSpan? LocalRetryThreshold { get; set; }

    /// <summary>How failures are retried. Default: without limit.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Time for everything, retries included. Default: that of the workflow.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; set; }

    /// <summary>Time the activity may wait for a free slot. Default: <see cref="ScheduleToCloseTimeout"/>.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; set; }

    /// <summary>Time of one attempt. Default: <see cref="ScheduleToCloseTimeout"/>.</summary>
    public TimeSpan? StartToCloseTimeout { get; set; }

    /// <summary>One line about this activity, shown by tools. Default: none.</summary>
    public string? Summary { get; set; }

    /// <summary>Shallow copy, the retry policy copied too.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (LocalActivityOptions)MemberwiseClone();
        copy.RetryPolicy = RetryPolicy is null ? null : RetryPolicy with { };
        return copy;
    }
}
