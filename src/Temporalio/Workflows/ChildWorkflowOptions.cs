using Temporalio.Api.Enums.V1;
using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>Options of a child workflow.</summary>
public class ChildWorkflowOptions : ICloneable
{
    /// <summary>Cancels the child. Default: the token of the workflow; <see cref="System.Threading.CancellationToken.None"/> detaches.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>What cancelling means for the caller. Default: <see cref="ChildWorkflowCancellationType.WaitCancellationCompleted"/>.</summary>
    public ChildWorkflowCancellationType CancellationType { get; set; } = ChildWorkflowCancellationType.WaitCancellationCompleted;

    /// <summary>Cron schedule of the child. Default: none.</summary>
    public string? CronSchedule { get; set; }

    /// <summary>Time for all runs of the child. Default: no limit.</summary>
    public TimeSpan? ExecutionTimeout { get; set; }

    /// <summary>Workflow id. Default: a random id that is the same on replay.</summary>
    public string? Id { get; set; }

    /// <summary>Whether the id of a closed workflow may be used again. Default: allowed.</summary>
    public WorkflowIdReusePolicy IdReusePolicy { get; set; } = WorkflowIdReusePolicy.AllowDuplicate;

    /// <summary>Memo of the child. Default: none.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; set; }

    /// <summary>What happens to the child when the parent closes. Default: it is terminated.</summary>
    public ParentClosePolicy ParentClosePolicy { get; set; } = ParentClosePolicy.Terminate;

    /// <summary>Priority among tasks of the queue. Default: that of the parent.</summary>
    public Priority? Priority { get; set; }

    /// <summary>How failed runs are retried. Default: not at all.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Time of one run. Default: the execution timeout.</summary>
    public TimeSpan? RunTimeout { get; set; }

    /// <summary>Several lines about the child, shown by tools. Default: none.</summary>
    public string? StaticDetails { get; set; }

    /// <summary>One line about the child, shown by tools. Default: none.</summary>
    public string? StaticSummary { get; set; }

    /// <summary>Task queue. Default: that of the parent.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Time of one workflow task. Default: 10 s.</summary>
    public TimeSpan? TaskTimeout { get; set; }

    /// <summary>Search attributes of the child. Default: none.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; set; }

    /// <summary>Wish of the retired version sets; ignored.</summary>
    [Obsolete("Task queue version sets are no longer supported by the service.")]
    public VersioningIntent VersioningIntent { get; set; } = VersioningIntent.Unspecified;

    /// <summary>Shallow copy, the retry policy copied too.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ChildWorkflowOptions)MemberwiseClone();
        copy.RetryPolicy = RetryPolicy is null ? null : RetryPolicy with { };
        return copy;
    }
}
