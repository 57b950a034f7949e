using System.Collections.Immutable;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Update.V1;

namespace Temporal.DevServer.History;

/// <content>The one place where events change the state; live transitions and recovery both come through here.</content>
internal sealed partial class RunState
{
    /// <summary>Takes one event into the state. A buffered event has id 0 and gets its id by <see cref="AssignId"/>.</summary>
    public void Apply(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.WorkflowExecutionStarted:
                ApplyStarted(e);
                break;
            case EventType.WorkflowTaskScheduled:
                ApplyTaskScheduled(e);
                break;
            case EventType.WorkflowTaskStarted:
                ApplyTaskStarted(e);
                break;
            case EventType.WorkflowTaskCompleted:
                ApplyTaskCompleted(e);
                break;
            case EventType.WorkflowTaskFailed:
                ApplyTaskFailed(e.WorkflowTaskFailedEventAttributes, Durations.Of(e.EventTime));
                break;
            case EventType.WorkflowTaskTimedOut:
                TaskLost();
                break;
            case EventType.ActivityTaskScheduled:
                ApplyActivityScheduled(e);
                break;
            case EventType.ActivityTaskCancelRequested:
                if (Activities.TryGetValue(e.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId, out var activity))
                {
                    SetActivity(activity with { CancelRequested = true, CancelRequestedEventId = e.EventId });
                }

                break;
            case EventType.ActivityTaskCompleted:
                RemoveActivity(e.ActivityTaskCompletedEventAttributes.ScheduledEventId);
                break;
            case EventType.ActivityTaskFailed:
                RemoveActivity(e.ActivityTaskFailedEventAttributes.ScheduledEventId);
                break;
            case EventType.ActivityTaskTimedOut:
                RemoveActivity(e.ActivityTaskTimedOutEventAttributes.ScheduledEventId);
                break;
            case EventType.ActivityTaskCanceled:
                RemoveActivity(e.ActivityTaskCanceledEventAttributes.ScheduledEventId);
                break;
            case EventType.TimerStarted:
                ApplyTimerStarted(e);
                break;
            case EventType.TimerFired:
                RemoveTimer(e.TimerFiredEventAttributes.TimerId);
                break;
            case EventType.TimerCanceled:
                RemoveTimer(e.TimerCanceledEventAttributes.TimerId);
                break;
            case EventType.StartChildWorkflowExecutionInitiated:
                Children = Children.SetItem(e.EventId, new PendingChild(e.EventId, e.StartChildWorkflowExecutionInitiatedEventAttributes));
                break;
            case EventType.StartChildWorkflowExecutionFailed:
                Children = Children.Remove(e.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionStarted:
                ApplyChildStarted(e);
                break;
            case EventType.ChildWorkflowExecutionCompleted:
                Children = Children.Remove(e.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionFailed:
                Children = Children.Remove(e.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionCanceled:
                Children = Children.Remove(e.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionTimedOut:
                Children = Children.Remove(e.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionTerminated:
                Children = Children.Remove(e.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId);
                break;
            case EventType.SignalExternalWorkflowExecutionInitiated:
                var signal = e.SignalExternalWorkflowExecutionInitiatedEventAttributes;
                Externals = Externals.SetItem(e.EventId, new(e.EventId, true, signal.Namespace, signal.NamespaceId, signal.WorkflowExecution, signal.Control));
                break;
            case EventType.RequestCancelExternalWorkflowExecutionInitiated:
                var cancel = e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes;
                Externals = Externals.SetItem(e.EventId, new(e.EventId, false, cancel.Namespace, cancel.NamespaceId, cancel.WorkflowExecution, cancel.Control));
                break;
            case EventType.ExternalWorkflowExecutionSignaled:
                Externals = Externals.Remove(e.ExternalWorkflowExecutionSignaledEventAttributes.InitiatedEventId);
                break;
            case EventType.SignalExternalWorkflowExecutionFailed:
                Externals = Externals.Remove(e.SignalExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.ExternalWorkflowExecutionCancelRequested:
                Externals = Externals.Remove(e.ExternalWorkflowExecutionCancelRequestedEventAttributes.InitiatedEventId);
                break;
            case EventType.RequestCancelExternalWorkflowExecutionFailed:
                Externals = Externals.Remove(e.RequestCancelExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.WorkflowExecutionSignaled:
                ApplySignaled(e);
                break;
            case EventType.WorkflowExecutionCancelRequested:
                CancelRequested = true;
                break;
            case EventType.UpsertWorkflowSearchAttributes:
                SearchAttributes = Merge(SearchAttributes, e.UpsertWorkflowSearchAttributesEventAttributes.SearchAttributes?.IndexedFields);
                break;
            case EventType.WorkflowPropertiesModified:
                Memo = Merge(Memo, e.WorkflowPropertiesModifiedEventAttributes.UpsertedMemo?.Fields);
                break;
            case EventType.WorkflowExecutionUpdateAdmitted:
            case EventType.WorkflowExecutionUpdateAccepted:
            case EventType.WorkflowExecutionUpdateCompleted:
                ApplyUpdate(e);
                break;
            case EventType.WorkflowExecutionOptionsUpdated:
                var options = e.WorkflowExecutionOptionsUpdatedEventAttributes;
                if (options.AttachedRequestId.Length > 0)
                {
                    RequestIds = RequestIds.SetItem(options.AttachedRequestId, (e.EventType, e.EventId));
                }

                Priority = options.Priority ?? Priority;
                VersioningOverride = options.UnsetVersioningOverride ? null : options.VersioningOverride ?? VersioningOverride;
                Callbacks = Callbacks.AddRange(options.AttachedCompletionCallbacks.Select(c => (c, Durations.Of(e.EventTime))));
                break;
            case EventType.WorkflowExecutionPaused:
                var pause = e.WorkflowExecutionPausedEventAttributes;
                Paused = new WorkflowPause(Durations.Of(e.EventTime), pause.Identity, pause.Reason, pause.RequestId);
                break;
            case EventType.WorkflowExecutionUnpaused:
                Paused = null;
                break;
            case EventType.WorkflowExecutionCompleted:
                Close(e, WorkflowExecutionStatus.Completed);
                break;
            case EventType.WorkflowExecutionFailed:
                Close(e, WorkflowExecutionStatus.Failed);
                break;
            case EventType.WorkflowExecutionTimedOut:
                Close(e, WorkflowExecutionStatus.TimedOut);
                break;
            case EventType.WorkflowExecutionCanceled:
                Close(e, WorkflowExecutionStatus.Canceled);
                break;
            case EventType.WorkflowExecutionTerminated:
                Close(e, WorkflowExecutionStatus.Terminated);
                break;
            case EventType.WorkflowExecutionContinuedAsNew:
                Close(e, WorkflowExecutionStatus.ContinuedAsNew);
                break;
            case EventType.ActivityTaskStarted:
            case EventType.MarkerRecorded:
                break;
            default:
                throw new InvalidDataException($"Event {e.EventId} of run '{RunId}' has type '{e.EventType}', which this server never writes.");
        }
    }

    /// <summary>A buffered event got its id: what refers to it is brought in line.</summary>
    public void AssignId(HistoryEvent e)
    {
        if (e.EventType == EventType.ChildWorkflowExecutionStarted &&
            Children.TryGetValue(e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId, out var child))
        {
            Children = Children.SetItem(child.InitiatedEventId, child with { StartedEventId = e.EventId });
        }
        else if (e.EventType == EventType.WorkflowExecutionSignaled && e.WorkflowExecutionSignaledEventAttributes.RequestId is { Length: > 0 } signal)
        {
            RequestIds = RequestIds.SetItem(signal, (e.EventType, e.EventId));
        }
        else if (e.EventType == EventType.WorkflowExecutionOptionsUpdated && e.WorkflowExecutionOptionsUpdatedEventAttributes.AttachedRequestId is { Length: > 0 } attached)
        {
            RequestIds = RequestIds.SetItem(attached, (e.EventType, e.EventId));
        }
        else if (e.EventType == EventType.WorkflowExecutionUpdateAdmitted &&
            Updates.TryGetValue(e.WorkflowExecutionUpdateAdmittedEventAttributes.Request.Meta.UpdateId, out var update))
        {
            SetUpdate(update with { AdmittedEventId = e.EventId });
        }
    }

    private void ApplyStarted(HistoryEvent e)
    {
        Start = e.WorkflowExecutionStartedEventAttributes;
        UserMetadata = e.UserMetadata;
        StartTime = Durations.Of(e.EventTime);
        Priority = Start.Priority;
        VersioningOverride = Start.VersioningOverride;
        Callbacks = [.. Start.CompletionCallbacks.Select(c => (c, StartTime))];
        ResetPoints = [.. Start.PrevAutoResetPoints?.Points ?? []];
        Memo = Merge(Memo, Start.Memo?.Fields);
        SearchAttributes = Merge(SearchAttributes, Start.SearchAttributes?.IndexedFields);
        if (RunExpiration is { } expiration)
        {
            MoveTimer(null, new RunTimer(expiration, RunTimerKind.RunTimeout, 0));
        }

        if (Durations.Of(Start.FirstWorkflowTaskBackoff) > TimeSpan.Zero)
        {
            SetBackingOff(true);
        }
    }

    private void ApplyTaskScheduled(HistoryEvent e)
    {
        var scheduled = e.WorkflowTaskScheduledEventAttributes;
        var sticky = scheduled.TaskQueue.Kind == TaskQueueKind.Sticky;
        var time = Durations.Of(e.EventTime);
        SetBackingOff(false);
        AwaitsParent = false;
        SetWorkflowTask(new WorkflowTask
        {
            Kind = WorkflowTaskKind.Normal,
            ScheduledEventId = e.EventId,
            Attempt = scheduled.Attempt,
            ScheduledTime = time,
            OriginalScheduledTime = time,
            Timeout = Durations.Of(scheduled.StartToCloseTimeout),
            StickyQueue = sticky ? scheduled.TaskQueue.Name : "",
            ScheduleToStartTimeout = sticky ? StickyTimeout : TimeSpan.Zero,
        });
    }

    private void ApplyTaskStarted(HistoryEvent e)
    {
        var started = e.WorkflowTaskStartedEventAttributes;
        SetWorkflowTask(WorkflowTask! with
        {
            Kind = WorkflowTaskKind.Normal,
            StartedEventId = e.EventId,
            StartedTime = Durations.Of(e.EventTime),
            RequestId = started.RequestId,
            Identity = started.Identity,
            HistorySizeBytes = started.HistorySizeBytes,
            SuggestReasons = [.. started.SuggestContinueAsNewReasons],
            BuildId = started.WorkerVersion?.BuildId ?? "",
        });
    }

    private void ApplyTaskCompleted(HistoryEvent e)
    {
        var completed = e.WorkflowTaskCompletedEventAttributes;
        LastCompletedTaskStartedId = completed.StartedEventId;
        LastCompletedTaskId = e.EventId;
        NoteResetPoint(e);
        NoteWorker(completed.WorkerVersion);
        SetWorkflowTask(null);
        WorkflowTaskAttempt = 1;
        WorkflowTaskFailures = 0;
    }

    private void ApplyTaskFailed(WorkflowTaskFailedEventAttributes failed, DateTime time)
    {
        if (failed.Cause == WorkflowTaskFailedCause.ResetWorkflow)
        {
            ResetBaseRunId = failed.BaseRunId;
            if (failed.NewRunId == RunId)
            {
                ResetNow(time);
                // Requests of the run before the cut are not this run's.
                RequestIds = RequestIds.RemoveRange(RequestIds.Where(r => r.Value.Type != EventType.WorkflowExecutionStarted).Select(r => r.Key));
            }

            SetWorkflowTask(null);
            ClearSticky();
            WorkflowTaskAttempt = 1;
            return;
        }

        TaskLost();
    }

    /// <summary>
    /// The task failed or timed out. On a sticky queue that may be the cache's fault, so it does not count as an attempt; a task that
    /// a worker of the normal queue took instead had no cache.
    /// </summary>
    public void TaskLost()
    {
        if (WorkflowTask is { } lost)
        {
            WorkflowTaskAttempt = lost.IsSticky && StickyQueue.Length > 0 ? 1 : lost.Attempt + 1;
        }

        WorkflowTaskFailures++;
        SetWorkflowTask(null);
        ClearSticky();
    }

    private void ApplyActivityScheduled(HistoryEvent e)
    {
        var time = Durations.Of(e.EventTime);
        var scheduled = e.ActivityTaskScheduledEventAttributes;
        SetActivity(new PendingActivity
        {
            ScheduledEventId = e.EventId,
            Scheduled = scheduled,
            Options = scheduled,
            ScheduledTime = time,
            AttemptScheduledTime = time,
        });
    }

    private void ApplyTimerStarted(HistoryEvent e)
    {
        var started = e.TimerStartedEventAttributes;
        var timer = new PendingTimer(started.TimerId, e.EventId, Durations.After(Durations.Of(e.EventTime), Durations.Of(started.StartToFireTimeout)));
        MoveTimer(null, timer.Deadline);
        UserTimers = UserTimers.SetItem(timer.TimerId, timer);
    }

    private void RemoveTimer(string timerId)
    {
        if (UserTimers.TryGetValue(timerId, out var timer))
        {
            MoveTimer(timer.Deadline, null);
            UserTimers = UserTimers.Remove(timerId);
        }
    }

    private void ApplyChildStarted(HistoryEvent e)
    {
        var started = e.ChildWorkflowExecutionStartedEventAttributes;
        if (Children.TryGetValue(started.InitiatedEventId, out var child))
        {
            Children = Children.SetItem(child.InitiatedEventId, child with { RunId = started.WorkflowExecution.RunId, StartedEventId = e.EventId });
        }
    }

    private void ApplySignaled(HistoryEvent e)
    {
        SignalCount++;
        if (e.WorkflowExecutionSignaledEventAttributes.RequestId is { Length: > 0 } requestId)
        {
            SignalRequestIds = SignalRequestIds.Add(requestId);
            RequestIds = RequestIds.SetItem(requestId, (e.EventType, e.EventId));
        }
    }

    private void ApplyUpdate(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.WorkflowExecutionUpdateAdmitted:
                var request = e.WorkflowExecutionUpdateAdmittedEventAttributes.Request;
                SetUpdate(new(request.Meta.UpdateId, WorkflowUpdateStage.Admitted) { Request = request, Sequence = Updates.Count, AdmittedEventId = e.EventId });
                break;
            case EventType.WorkflowExecutionUpdateAccepted:
                var accepted = e.WorkflowExecutionUpdateAcceptedEventAttributes;
                var known = Updates.GetValueOrDefault(accepted.ProtocolInstanceId) ?? new(accepted.ProtocolInstanceId, WorkflowUpdateStage.Accepted);
                SetUpdate(known with { Stage = WorkflowUpdateStage.Accepted, AcceptedEventId = e.EventId, Request = null });
                break;
            default:
                var completed = e.WorkflowExecutionUpdateCompletedEventAttributes;
                var before = Updates.GetValueOrDefault(completed.Meta.UpdateId) ?? new(completed.Meta.UpdateId, WorkflowUpdateStage.Completed);
                SetUpdate(before with { Stage = WorkflowUpdateStage.Completed, CompletedEventId = e.EventId, Outcome = completed.Outcome, Request = null });
                break;
        }
    }

    private void Close(HistoryEvent e, WorkflowExecutionStatus status)
    {
        Status = status;
        CloseTime = Durations.Of(e.EventTime);
        CloseEvent = e;
        if (e.WorkflowExecutionContinuedAsNewEventAttributes is not null || e.WorkflowExecutionCompletedEventAttributes is { NewExecutionRunId.Length: > 0 } ||
            e.WorkflowExecutionFailedEventAttributes is { NewExecutionRunId.Length: > 0 } || e.WorkflowExecutionTimedOutEventAttributes is { NewExecutionRunId.Length: > 0 })
        {
            ResetPoints = [.. Expiring(CloseTime.Value)];
        }

        BackingOff = false;
        Timers = [];
        Activities = ImmutableSortedDictionary<long, PendingActivity>.Empty;
        ActivityIds = ImmutableDictionary<string, long>.Empty;
        UserTimers = ImmutableDictionary<string, PendingTimer>.Empty;
        ClearSticky();
    }

    /// <summary>A null payload removes its key.</summary>
    private static ImmutableDictionary<string, Payload> Merge(ImmutableDictionary<string, Payload> known, IDictionary<string, Payload>? change)
    {
        if (change is null)
        {
            return known;
        }

        foreach (var (key, value) in change)
        {
            known = PayloadJson.IsNull(value) ? known.Remove(key) : known.SetItem(key, value);
        }

        return known;
    }
}
