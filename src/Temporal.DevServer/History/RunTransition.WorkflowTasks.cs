using System.Collections.Immutable;
using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.History;

/// <content>The workflow task: at most one a run.</content>
internal sealed partial class RunTransition
{
    private static readonly TimeSpan SpeculativeScheduleToStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TaskHeartbeatLimit = TimeSpan.FromMinutes(30);

    /// <summary>So many lost tasks in a row are shown to whoever looks for workflows in trouble.</summary>
    private const int FailuresToReport = 5;

    /// <summary>A task that a completion asked to have handed back at once.</summary>
    public bool StartedInline { get; private set; }

    /// <summary>Activities started within this step, for the worker that asked for them.</summary>
    public List<long> EagerActivities { get; } = [];

    /// <summary>Where a worker must rewind to because its speculative task left no trace, or 0.</summary>
    public long ResetHistoryEventId { get; private set; }

    /// <summary>Makes a workflow task if there is none.</summary>
    public void ScheduleWorkflowTask(bool speculative = false, DateTime? originalTime = null)
    {
        if (State.WorkflowTask is not null || Closed || State.Paused is not null)
        {
            return;
        }

        State.AwaitsParent = false;
        if (State.WorkflowTaskAttempt > 1 && FlushBuffered())
        {
            State.WorkflowTaskAttempt = 1;
        }

        var attempt = State.WorkflowTaskAttempt;
        if (attempt > 1 || speculative)
        {
            State.SetBackingOff(false);
            State.SetWorkflowTask(new WorkflowTask
            {
                Kind = attempt > 1 ? WorkflowTaskKind.Transient : WorkflowTaskKind.Speculative,
                ScheduledEventId = State.NextEventId,
                Attempt = attempt,
                ScheduledTime = Now,
                OriginalScheduledTime = originalTime ?? Now,
                Timeout = TaskTimeout(attempt),
                StickyQueue = attempt > 1 ? "" : State.StickyQueue,
                ScheduleToStartTimeout = attempt > 1 ? TimeSpan.Zero : SpeculativeScheduleToStart,
            });
        }
        else
        {
            AppendTaskScheduled(originalTime);
        }

        DispatchWorkflowTask();
    }

    /// <summary>Offers the scheduled task to workers (again).</summary>
    public void DispatchWorkflowTask()
    {
        var task = State.WorkflowTask!;
        if (State.Paused is not null)
        {
            return; // offered when the workflow goes on
        }

        Tasks.Add(new QueueTask
        {
            Kind = QueueTaskKind.Workflow,
            NamespaceId = State.NamespaceId,
            WorkflowId = State.WorkflowId,
            RunId = State.RunId,
            Queue = State.TaskQueue,
            StickyQueue = task.StickyQueue,
            ScheduledEventId = task.ScheduledEventId,
            Attempt = task.Attempt,
            Priority = State.Priority?.PriorityKey ?? 0,
            FairnessKey = State.Priority?.FairnessKey ?? "",
            FairnessWeight = State.Priority?.FairnessWeight ?? 0,
            Created = Now,
        });
    }

    /// <summary>A worker takes the task. False when the task is no longer to be had.</summary>
    public bool StartWorkflowTask(long scheduledEventId, int attempt, string requestId, string identity, string buildId, bool fromSticky)
    {
        if (Closed || State.Paused is not null || State.WorkflowTask is not { IsStarted: false } task || task.ScheduledEventId != scheduledEventId || task.Attempt != attempt)
        {
            return false;
        }

        if (!fromSticky && State.StickyQueue.Length > 0)
        {
            State.ClearSticky();
        }

        if (task.Kind == WorkflowTaskKind.Transient && task.ScheduledEventId != State.NextEventId)
        {
            // Something happened since: the worker starts over with a stored task.
            State.SetWorkflowTask(null);
            State.WorkflowTaskAttempt = 1;
            AppendTaskScheduled(task.OriginalScheduledTime);
            task = State.WorkflowTask;
        }

        MarkTaskStarted(task, requestId, identity, buildId);
        return true;
    }

    /// <summary>The worker's token fits the task that is out.</summary>
    public bool IsCurrent(Storage.Records.TaskToken token) =>
        State.WorkflowTask is { IsStarted: true } task && task.ScheduledEventId == token.ScheduledEventId &&
        task.StartedEventId == token.StartedEventId && task.Attempt == token.Attempt && task.StartedTime!.Value.Ticks == token.StartedTicks;

    /// <summary>The Scheduled and Started events of a task that are not stored, as the worker must see them.</summary>
    public static IEnumerable<HistoryEvent> UnstoredTaskEvents(RunState state)
    {
        // Once something was stored after a waiting further attempt, that attempt will begin anew.
        if (!state.IsRunning || state.WorkflowTask is not { } task || task.Kind == WorkflowTaskKind.Normal ||
            (!task.IsStarted && task.ScheduledEventId != state.NextEventId))
        {
            yield break;
        }

        var scheduled = TaskScheduledEvent(state, task);
        scheduled.EventId = task.ScheduledEventId;
        yield return scheduled;
        if (task.IsStarted)
        {
            var started = TaskStartedEvent(task);
            started.EventId = task.StartedEventId;
            yield return started;
        }
    }

    /// <summary>The worker answered: its commands and messages, then whatever waited meanwhile.</summary>
    public void CompleteWorkflowTask(RespondWorkflowTaskCompletedRequest request, CommandContext context)
    {
        var task = State.WorkflowTask!;
        CommandValidation.CheckSequence(request.Commands);
        if (IsDiscardable(request, task))
        {
            ResetHistoryEventId = State.LastCompletedTaskStartedId;
            State.SetWorkflowTask(null);
            TakeMessages(request, 0);
            AfterCompletion(request, task, woke: false);
            return;
        }

        if (request.StickyAttributes?.WorkerTaskQueue?.Name is { Length: > 0 } sticky)
        {
            State.SetSticky(sticky, Durations.Of(request.StickyAttributes.ScheduleToStartTimeout));
        }
        else
        {
            State.ClearSticky();
        }

        StoreStartedTask();
        var attributes = State.SearchAttributes;
        var completed = Append(TaskCompletedEvent(request, State.WorkflowTask!)).EventId;
        VisibilityChanged |= !ReferenceEquals(attributes, State.SearchAttributes);
        ReportProblems([]);
        TakeCommands(request, completed, context);
        TakeMessages(request, completed);
        var woke = !Closed && FlushBuffered();
        AfterCompletion(request, task, woke || _needsTask);
    }

    /// <summary>The task failed: by the worker, or because its completion could not be taken.</summary>
    public void FailWorkflowTask(WorkflowTaskFailedCause cause, Failure? failure, string identity, WorkerVersionStamp? version = null, string checksum = "")
    {
        var task = State.WorkflowTask!;
        StoreSpeculativeTask();
        if (task.Kind == WorkflowTaskKind.Transient)
        {
            State.TaskLost();
        }
        else
        {
            Append(new HistoryEvent
            {
                EventType = EventType.WorkflowTaskFailed,
                WorkflowTaskFailedEventAttributes = new()
                {
                    ScheduledEventId = task.ScheduledEventId,
                    StartedEventId = task.StartedEventId,
                    Cause = cause,
                    Failure = failure,
                    Identity = identity,
                    WorkerVersion = version,
                    BinaryChecksum = checksum,
                },
            });
        }

        AfterTaskLost("WorkflowTaskFailed", cause.ToString());
    }

    /// <summary>Nobody took a sticky task, or a worker did not answer.</summary>
    private void TimeOutWorkflowTask(TimeoutType type)
    {
        var task = State.WorkflowTask!;
        StoreSpeculativeTask();
        if (task.Kind == WorkflowTaskKind.Transient)
        {
            State.TaskLost();
        }
        else
        {
            Append(new HistoryEvent
            {
                EventType = EventType.WorkflowTaskTimedOut,
                WorkflowTaskTimedOutEventAttributes = new()
                {
                    ScheduledEventId = task.ScheduledEventId,
                    StartedEventId = task.StartedEventId,
                    TimeoutType = type,
                },
            });
        }

        if (type == TimeoutType.ScheduleToStart)
        {
            State.WorkflowTaskAttempt = 1;
            State.WorkflowTaskFailures = 0;
        }

        AfterTaskLost("WorkflowTaskTimedOut", type.ToString());
    }

    private void AfterTaskLost(string category, string cause)
    {
        if (FlushBuffered())
        {
            State.WorkflowTaskAttempt = 1;
        }

        ReturnUpdatesToQueue();
        if (State.WorkflowTaskFailures >= FailuresToReport)
        {
            ReportProblems([$"category={category}", $"cause={category}Cause{cause}"]);
        }

        ScheduleWorkflowTask();
    }

    private void ReportProblems(IReadOnlyList<string> problems)
    {
        if (!State.ReportedProblems.SequenceEqual(problems))
        {
            State.SetReportedProblems(problems);
            TouchVisibility();
        }
    }

    /// <summary>The worker's cache is gone: the next task is offered to everybody.</summary>
    public void ResetSticky()
    {
        State.ClearSticky();
    }

    private void AfterCompletion(RespondWorkflowTaskCompletedRequest request, WorkflowTask done, bool woke)
    {
        if (Closed)
        {
            return;
        }

        var heartbeat = request.ForceCreateNewWorkflowTask && request.Commands.Count == 0 && request.Messages.Count == 0;
        if (heartbeat && Now - done.OriginalScheduledTime > TaskHeartbeatLimit)
        {
            State.ClearSticky();
            heartbeat = false;
        }

        if (woke || request.ForceCreateNewWorkflowTask)
        {
            ScheduleWorkflowTask(originalTime: heartbeat ? done.OriginalScheduledTime : null);
        }
        else if (HasUnsentUpdates)
        {
            ScheduleWorkflowTask(speculative: true);
        }

        if (request.ReturnNewWorkflowTask && State.WorkflowTask is { IsStarted: false } next)
        {
            Tasks.RemoveAll(t => t.Kind == QueueTaskKind.Workflow);
            MarkTaskStarted(next, "request-from-RespondWorkflowTaskCompleted", request.Identity, request.WorkerVersionStamp?.BuildId ?? "");
            StartedInline = true;
        }
    }

    private void MarkTaskStarted(WorkflowTask task, string requestId, string identity, string buildId)
    {
        var started = task with
        {
            StartedEventId = task.ScheduledEventId + 1,
            StartedTime = Now,
            RequestId = requestId,
            Identity = identity,
            BuildId = buildId,
            HistorySizeBytes = State.HistorySizeBytes,
            SuggestReasons = SuggestReasons(),
        };
        if (task.Kind == WorkflowTaskKind.Normal)
        {
            var e = Append(TaskStartedEvent(started));
            started = started with { StartedEventId = e.EventId };
        }

        State.SetWorkflowTask(started);
        SendUpdates();
    }

    private ImmutableArray<SuggestContinueAsNewReason> SuggestReasons()
    {
        var reasons = ImmutableArray<SuggestContinueAsNewReason>.Empty;
        if (State.HistorySizeBytes >= Limits.SuggestContinueAsNewBytes)
        {
            reasons = reasons.Add(SuggestContinueAsNewReason.HistorySizeTooLarge);
        }

        if (State.LastEventId >= Limits.SuggestContinueAsNewEvents)
        {
            reasons = reasons.Add(SuggestContinueAsNewReason.TooManyHistoryEvents);
        }

        return State.Updates.Count >= Limits.UpdatesTotal * 0.9 ? reasons.Add(SuggestContinueAsNewReason.TooManyUpdates) : reasons;
    }

    private void AppendTaskScheduled(DateTime? originalTime)
    {
        var task = new WorkflowTask
        {
            Kind = WorkflowTaskKind.Normal,
            ScheduledEventId = State.NextEventId,
            Attempt = State.WorkflowTaskAttempt,
            ScheduledTime = Now,
            OriginalScheduledTime = originalTime ?? Now,
            Timeout = TaskTimeout(State.WorkflowTaskAttempt),
            StickyQueue = State.StickyQueue,
            ScheduleToStartTimeout = State.StickyQueue.Length > 0 ? State.StickyTimeout : TimeSpan.Zero,
        };
        Append(TaskScheduledEvent(State, task));
        State.SetWorkflowTask(State.WorkflowTask! with { OriginalScheduledTime = task.OriginalScheduledTime });
    }

    /// <summary>A transient or speculative task that leads to something gets its events after all.</summary>
    private void StoreStartedTask()
    {
        var task = State.WorkflowTask!;
        if (task.Kind == WorkflowTaskKind.Transient)
        {
            State.SetWorkflowTask(null);
            Append(TaskScheduledEvent(State, task));
            Append(TaskStartedEvent(task));
        }
        else
        {
            StoreSpeculativeTask();
        }
    }

    private void StoreSpeculativeTask()
    {
        if (State.WorkflowTask is not { Kind: WorkflowTaskKind.Speculative } task)
        {
            return;
        }

        State.SetWorkflowTask(null);
        Append(TaskScheduledEvent(State, task));
        if (task.IsStarted)
        {
            Append(TaskStartedEvent(task));
        }

        State.SetWorkflowTask(task with { Kind = WorkflowTaskKind.Normal });
    }

    private bool IsDiscardable(RespondWorkflowTaskCompletedRequest request, WorkflowTask task) =>
        task.Kind == WorkflowTaskKind.Speculative && request.Commands.Count == 0 && !request.ForceCreateNewWorkflowTask && State.Buffered.IsEmpty &&
        request.Messages.All(m => m.Body?.TypeUrl.EndsWith("/temporal.api.update.v1.Rejection", StringComparison.Ordinal) == true) &&
        (task.ScheduledEventId == State.LastCompletedTaskId + 1 ||
            (request.Capabilities?.DiscardSpeculativeWorkflowTaskWithEvents == true && task.StartedEventId - State.LastCompletedTaskStartedId <= 10 + 2));

    /// <summary>From the fourth attempt on a hopeless task waits longer and longer, so that it does not keep a worker busy.</summary>
    private TimeSpan TaskTimeout(int attempt)
    {
        var timeout = Durations.Of(State.Start.WorkflowTaskTimeout);
        if (attempt < 4)
        {
            return timeout;
        }

        var extra = Math.Min(5 * Math.Pow(2, Math.Min(attempt - 4, 20)), 600);
        return timeout + TimeSpan.FromSeconds(extra * (0.8 + (Random.Shared.NextDouble() * 0.2)));
    }

    private static HistoryEvent TaskScheduledEvent(RunState state, WorkflowTask task) => new()
    {
        EventType = EventType.WorkflowTaskScheduled,
        EventTime = Durations.Wire(task.ScheduledTime),
        WorkflowTaskScheduledEventAttributes = new()
        {
            TaskQueue = task.IsSticky
                ? new TaskQueue { Name = task.StickyQueue, Kind = TaskQueueKind.Sticky, NormalName = state.TaskQueue }
                : new TaskQueue { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
            StartToCloseTimeout = Durations.Wire(task.Timeout),
            Attempt = task.Attempt,
        },
    };

    private static HistoryEvent TaskStartedEvent(WorkflowTask task) => new()
    {
        EventType = EventType.WorkflowTaskStarted,
        EventTime = Durations.Wire(task.StartedTime!.Value),
        WorkflowTaskStartedEventAttributes = new()
        {
            ScheduledEventId = task.ScheduledEventId,
            Identity = task.Identity,
            RequestId = task.RequestId,
            HistorySizeBytes = task.HistorySizeBytes,
            SuggestContinueAsNew = task.SuggestReasons.Length > 0,
            SuggestContinueAsNewReasons = { task.SuggestReasons },
            WorkerVersion = task.BuildId.Length > 0 ? new WorkerVersionStamp { BuildId = task.BuildId } : null,
        },
    };

    private static HistoryEvent TaskCompletedEvent(RespondWorkflowTaskCompletedRequest request, WorkflowTask task) => new()
    {
        EventType = EventType.WorkflowTaskCompleted,
        WorkflowTaskCompletedEventAttributes = new()
        {
            ScheduledEventId = task.ScheduledEventId,
            StartedEventId = task.StartedEventId,
            Identity = request.Identity,
            BinaryChecksum = request.BinaryChecksum,
            WorkerVersion = request.WorkerVersionStamp,
            SdkMetadata = request.SdkMetadata,
            MeteringMetadata = request.MeteringMetadata,
            VersioningBehavior = request.VersioningBehavior,
        },
    };
}
