using Temporalio.Api.Enums.V1;
using Temporalio.Common;

namespace Temporalio.Client;

/// <summary>Options for starting an activity without a workflow. Either the start-to-close or the schedule-to-close timeout is required.</summary>
public class StartActivityOptions : ICloneable
{
    /// <summary>Creates options; id and task queue must be set before use.</summary>
    public StartActivityOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="id">Id of the activity.</param>
    /// <param name="taskQueue">Task queue of its worker.</param>
    public StartActivityOptions(string id, string taskQueue)
    {
        Id = id;
        TaskQueue = taskQueue;
    }

    /// <summary>Id of the activity; required. At most one activity of an id is open at a time.</summary>
    public string? Id { get; set; }

    /// <summary>Task queue of its worker; required.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Longest time over all attempts. Default: unlimited.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; set; }

    /// <summary>Longest wait for a worker. Default: <see cref="ScheduleToCloseTimeout"/>.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; set; }

    /// <summary>Longest time of one attempt. Default: <see cref="ScheduleToCloseTimeout"/>.</summary>
    public TimeSpan? StartToCloseTimeout { get; set; }

    /// <summary>Longest time between two heartbeats. Default: none are needed.</summary>
    public TimeSpan? HeartbeatTimeout { get; set; }

    /// <summary>Time until the first attempt. Default: none.</summary>
    public TimeSpan? StartDelay { get; set; }

    /// <summary>When a failed attempt is followed by another. Default: the server's policy.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Whether the id of a closed activity may be used again. Default: yes.</summary>
    public ActivityIdReusePolicy IdReusePolicy { get; set; } = ActivityIdReusePolicy.AllowDuplicate;

    /// <summary>What happens when an activity of the id is running. Default: unspecified, the start fails.</summary>
    public ActivityIdConflictPolicy IdConflictPolicy { get; set; } = ActivityIdConflictPolicy.Unspecified;

    /// <summary>Searchable values kept with the activity. Default: none.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; set; }

    /// <summary>Its priority among the tasks of the queue. Default: the server's.</summary>
    public Priority? Priority { get; set; }

    /// <summary>One line of Markdown shown by user interfaces. Default: none.</summary>
    public string? StaticSummary { get; set; }

    /// <summary>Markdown text shown by user interfaces. Default: none.</summary>
    public string? StaticDetails { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, the options of the service call included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (StartActivityOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
