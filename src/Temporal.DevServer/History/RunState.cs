using System.Collections.Immutable;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.History;

/// <summary>
/// Everything known about one run. Only events change what history tells (<see cref="Apply"/>); all collections are persistent, so that
/// <see cref="Clone"/> costs the same for a run with two thousand pending activities as for an empty one, and a transition that fails is
/// simply forgotten.
/// </summary>
internal sealed partial class RunState
{
    public required string NamespaceId { get; init; }

    public required string Namespace { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    /// <summary>Number of the run in the store.</summary>
    public long StoreId { get; set; }

    /// <summary>Attributes of the first event; set before anything else is asked.</summary>
    public WorkflowExecutionStartedEventAttributes Start { get; private set; } = new();

    public UserMetadata? UserMetadata { get; private set; }

    public DateTime StartTime { get; private set; }

    public WorkflowExecutionStatus Status { get; private set; } = WorkflowExecutionStatus.Running;

    public DateTime? CloseTime { get; private set; }

    public HistoryEvent? CloseEvent { get; private set; }

    public long NextEventId { get; set; } = 1;

    public long HistorySizeBytes { get; set; }

    public ImmutableDictionary<string, Payload> Memo { get; private set; } = ImmutableDictionary<string, Payload>.Empty;

    public ImmutableDictionary<string, Payload> SearchAttributes { get; private set; } = ImmutableDictionary<string, Payload>.Empty;

    public bool CancelRequested { get; private set; }

    /// <summary>Started event of the last completed workflow task, 0 before the first.</summary>
    public long LastCompletedTaskStartedId { get; private set; }

    public long LastCompletedTaskId { get; private set; }

    public int SignalCount { get; private set; }

    public ImmutableHashSet<string> SignalRequestIds { get; private set; } = [];

    /// <summary>Request ids attached to the run, with the event that holds each (0 while buffered).</summary>
    public ImmutableSortedDictionary<string, (EventType Type, long EventId)> RequestIds { get; private set; } =
        ImmutableSortedDictionary<string, (EventType, long)>.Empty.WithComparers(StringComparer.Ordinal);

    public ImmutableSortedDictionary<long, PendingActivity> Activities { get; private set; } = ImmutableSortedDictionary<long, PendingActivity>.Empty;

    public ImmutableDictionary<string, long> ActivityIds { get; private set; } = ImmutableDictionary<string, long>.Empty;

    public ImmutableDictionary<string, PendingTimer> UserTimers { get; private set; } = ImmutableDictionary<string, PendingTimer>.Empty;

    public ImmutableSortedDictionary<long, PendingChild> Children { get; private set; } = ImmutableSortedDictionary<long, PendingChild>.Empty;

    public ImmutableSortedDictionary<long, PendingExternal> Externals { get; private set; } = ImmutableSortedDictionary<long, PendingExternal>.Empty;

    public ImmutableDictionary<string, WorkflowUpdate> Updates { get; private set; } = ImmutableDictionary<string, WorkflowUpdate>.Empty;

    public Priority? Priority { get; private set; }

    /// <summary>When a reset made this run, or null: its time limit counts from here.</summary>
    public DateTime? ResetTime { get; private set; }

    /// <summary>When a reset made this run, its base run.</summary>
    public string ResetBaseRunId { get; private set; } = "";

    /// <summary>Who paused the workflow, or null while it goes on.</summary>
    public WorkflowPause? Paused { get; private set; }

    /// <summary>Which workers may take the run's tasks, as a client said; null without such a word.</summary>
    public VersioningOverride? VersioningOverride { get; private set; }

    /// <summary>Who asked to be told of the run's end, and when.</summary>
    public ImmutableList<(Callback Callback, DateTime Registered)> Callbacks { get; private set; } = [];

    /// <summary>All deadlines, earliest first.</summary>
    public ImmutableSortedSet<RunTimer> Timers { get; private set; } = [];

    /// <summary>When the run has to be looked at next, or null.</summary>
    public DateTime? NextDeadline => Timers.IsEmpty ? null : Timers[0].Due;

    // What history does not tell.

    public WorkflowTask? WorkflowTask { get; private set; }

    /// <summary>Attempt number of the next workflow task.</summary>
    public int WorkflowTaskAttempt { get; set; } = 1;

    /// <summary>Failures and timeouts of workflow tasks in a row, whatever queue they came from.</summary>
    public int WorkflowTaskFailures { get; set; }

    public string StickyQueue { get; private set; } = "";

    public TimeSpan StickyTimeout { get; private set; }

    /// <summary>Events that arrived while a worker had the workflow task: they get ids when it answers.</summary>
    public ImmutableList<HistoryEvent> Buffered { get; set; } = [];

    public long TransitionCount { get; set; }

    /// <summary>The first workflow task waits for the backoff's end.</summary>
    public bool BackingOff { get; private set; }

    /// <summary>A child whose parent has not yet recorded its start.</summary>
    public bool AwaitsParent { get; set; }

    public string StartRequestId { get; set; } = "";

    /// <summary>The run that a reset began from this one, or empty.</summary>
    public string ResetRunId { get; set; } = "";

    /// <summary>The status that clients see: a paused run is still an open one.</summary>
    public WorkflowExecutionStatus ShownStatus => Paused is not null && IsRunning ? WorkflowExecutionStatus.Paused : Status;

    public bool IsRunning => Status == WorkflowExecutionStatus.Running;

    public long LastEventId => NextEventId - 1;

    public string TaskQueue => Start.TaskQueue.Name;

    public bool HasParent => Start.ParentWorkflowExecution is not null;

    public string FirstRunId => Start.FirstExecutionRunId;

    public DateTime ExecutionTime => Durations.After(StartTime, Durations.Of(Start.FirstWorkflowTaskBackoff));

    /// <summary>When the chain's time is over, or null.</summary>
    public DateTime? ExecutionExpiration =>
        Start.WorkflowExecutionExpirationTime is { Seconds: > 0 } at ? Durations.Of(at) : null;

    /// <summary>When the run's time is over, or null.</summary>
    public DateTime? RunExpiration
    {
        get
        {
            var run = Durations.Of(Start.WorkflowRunTimeout);
            var byRun = run > TimeSpan.Zero ? Durations.After(ResetTime ?? ExecutionTime, run) : (DateTime?)null;
            return ExecutionExpiration is { } chain && (byRun is null || chain < byRun) ? chain : byRun;
        }
    }

    /// <summary>What the search attribute of pauses lists.</summary>
    public IReadOnlyList<string> PauseInfo =>
    [
        .. Paused is { } pause ? [$"Workflow:{WorkflowId}", .. pause.Reason.Length > 0 ? [$"Reason:{pause.Reason}"] : Array.Empty<string>()] : Array.Empty<string>(),
        .. Activities.Values.Where(a => a.Pause is not null).Select(a => $"property:activityType={a.Scheduled.ActivityType.Name}").Distinct().Order(StringComparer.Ordinal),
    ];

    public WorkflowExecution Execution => new() { WorkflowId = WorkflowId, RunId = RunId };

    public RunState Clone() => (RunState)MemberwiseClone();

    public void SetWorkflowTask(WorkflowTask? task)
    {
        MoveTimer(WorkflowTask?.Deadline, task?.Deadline);
        WorkflowTask = task;
    }

    public void SetSticky(string queue, TimeSpan scheduleToStart) => (StickyQueue, StickyTimeout) = (queue, scheduleToStart);

    public void ClearSticky() => SetSticky("", TimeSpan.Zero);

    public void SetBackingOff(bool value)
    {
        var timer = new RunTimer(ExecutionTime, RunTimerKind.FirstTaskBackoff, 0);
        MoveTimer(BackingOff ? timer : null, value ? timer : null);
        BackingOff = value;
    }

    public void SetActivity(PendingActivity activity)
    {
        MoveTimer(Activities.GetValueOrDefault(activity.ScheduledEventId)?.Deadline, activity.Deadline);
        Activities = Activities.SetItem(activity.ScheduledEventId, activity);
        ActivityIds = ActivityIds.SetItem(activity.Scheduled.ActivityId, activity.ScheduledEventId);
    }

    public void AttachRequestId(string requestId, HistoryEvent e) => RequestIds = RequestIds.SetItem(requestId, (e.EventType, e.EventId));

    public void SetUpdate(WorkflowUpdate update) => Updates = Updates.SetItem(update.Id, update);

    public void RemoveUpdate(string id) => Updates = Updates.Remove(id);

    private void ResetNow(DateTime time)
    {
        var before = RunExpiration;
        ResetTime = time;
        MoveTimer(Timeout(before), Timeout(RunExpiration));

        static RunTimer? Timeout(DateTime? at) => at is { } t ? new RunTimer(t, RunTimerKind.RunTimeout, 0) : null;
    }

    private void RemoveActivity(long scheduledEventId)
    {
        if (Activities.TryGetValue(scheduledEventId, out var activity))
        {
            MoveTimer(activity.Deadline, null);
            Activities = Activities.Remove(scheduledEventId);
            ActivityIds = ActivityIds.Remove(activity.Scheduled.ActivityId);
        }
    }

    private void MoveTimer(RunTimer? from, RunTimer? to)
    {
        if (from == to)
        {
            return;
        }

        if (from is { } old)
        {
            Timers = Timers.Remove(old);
        }

        if (to is { } next)
        {
            Timers = Timers.Add(next);
        }
    }
}
