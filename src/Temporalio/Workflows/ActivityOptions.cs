using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>Options of an activity. At least one of <see cref="StartToCloseTimeout"/> and <see cref="ScheduleToCloseTimeout"/> is needed.</summary>
public class ActivityOptions : ICloneable
{
    /// <summary>Id of the activity, unique among those pending. Default: its number within the run.</summary>
    public string? ActivityId { get; set; }

    /// <summary>Cancels the activity. Default: the token of the workflow; <see cref="System.Threading.CancellationToken.None"/> detaches.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>What cancelling means for the caller. Default: <see cref="ActivityCancellationType.TryCancel"/>.</summary>
    public ActivityCancellationType CancellationType { get; set; } = ActivityCancellationType.TryCancel;

    /// <summary>Whether the activity must go through its task queue even when this worker could take it at once. Default: false.</summary>
    public bool DisableEagerActivityExecution { get; set; }

    /// <summary>Longest pause between heartbeats. Default: none are expected.</summary>
    public TimeSpan? HeartbeatTimeout { get; set; }

    /// <summary>Priority among tasks of the queue. Default: that of the workflow.</summary>
    public Priority? Priority { get; set; }

    /// <summary>How failures are retried. Default: without limit, 1 s doubling up to 100 s.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Time for everything, retries and waiting included. Default: that of the workflow.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; set; }

    /// <summary>Time an attempt may wait for a worker; never retried. Default: <see cref="ScheduleToCloseTimeout"/>.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; set; }

    /// <summary>Time of one attempt. Default: <see cref="ScheduleToCloseTimeout"/>.</summary>
    public TimeSpan? StartToCloseTimeout { get; set; }

    /// <summary>One line about this activity, shown by tools. Default: none.</summary>
    public string? Summary { get; set; }

    /// <summary>Task queue. Default: that of the workflow.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Wish of the retired version sets; ignored.</summary>
    [Obsolete("Task queue version sets are no longer supported by the service.")]
    public VersioningIntent VersioningIntent { get; set; } = VersioningIntent.Unspecified;

    /// <summary>Shallow copy, the retry policy copied too.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityOptions)MemberwiseClone();
        copy.RetryPolicy = RetryPolicy is null ? null : RetryPolicy with { };
        return copy;
    }
}
