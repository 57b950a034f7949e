using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;

namespace Temporal.DevServer.History;

/// <content>Activities: attempts, results, timeouts. Only the scheduling and the final outcome are events.</content>
internal sealed partial class RunTransition
{
    private static readonly PayloadList NotStartedDetails = PayloadJson.Text("ACTIVITY_ID_NOT_STARTED");

    private void ScheduleActivity(Command command, long completedId, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadScheduleActivityAttributes;
        var attributes = CommandValidation.Required(command.ScheduleActivityTaskCommandAttributes, Bad, "ScheduleActivityTask");
        var scheduled = ActivityOptionsCheck.Normalise(attributes, completedId, State, Limits);
        if (State.ActivityIds.ContainsKey(scheduled.ActivityId))
        {
            throw new WorkflowTaskRejectedException(
                WorkflowTaskFailedCause.ScheduleActivityDuplicateId,
                $"invalid history builder state for action: add-activitytask-scheduled-event, ActivityID: {scheduled.ActivityId}");
        }

        CommandValidation.CheckSize(attributes.Input, Limits.BlobSize, Bad, "ScheduleActivityTaskCommandAttributes.Input");
        CheckPending(State.Activities.Count, Limits.PendingActivities, WorkflowTaskFailedCause.PendingActivitiesLimitExceeded, "pending activities");
        var e = Append(new HistoryEvent
        {
            EventType = EventType.ActivityTaskScheduled,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            ActivityTaskScheduledEventAttributes = scheduled,
        });
        TouchedActivities.Add(e.EventId);
        if (attributes.RequestEagerExecution)
        {
            var activity = State.Activities[e.EventId];
            StartAttempt(activity, Guid.NewGuid().ToString(), context.Identity, context.BuildId);
            EagerActivities.Add(e.EventId);
        }
        else
        {
            DispatchActivity(State.Activities[e.EventId]);
        }
    }

    private static void CheckPending(int count, int limit, WorkflowTaskFailedCause cause, string what)
    {
        if (count >= limit)
        {
            throw new WorkflowTaskRejectedException(cause, $"the number of {what}, {count}, has reached the per-workflow limit of {limit}");
        }
    }

    /// <summary>Offers the activity's attempt to workers (again).</summary>
    public void DispatchActivity(PendingActivity activity)
    {
        if (State.Paused is not null)
        {
            return; // offered when the workflow goes on
        }

        var priority = Priorities.Inherit(State.Priority, activity.Options.Priority);
        Tasks.Add(new QueueTask
        {
            Kind = QueueTaskKind.Activity,
            NamespaceId = State.NamespaceId,
            WorkflowId = State.WorkflowId,
            RunId = State.RunId,
            Queue = activity.Options.TaskQueue.Name,
            ScheduledEventId = activity.ScheduledEventId,
            Attempt = activity.Attempt,
            Stamp = activity.Stamp,
            Priority = priority?.PriorityKey ?? 0,
            FairnessKey = priority?.FairnessKey ?? "",
            FairnessWeight = priority?.FairnessWeight ?? 0,
            Created = Now,
        });
    }

    /// <summary>A worker takes the attempt. Null when it is no longer to be had.</summary>
    public PendingActivity? StartActivity(QueueTask task, string requestId, string identity, string buildId)
    {
        if (Closed || State.Paused is not null || !State.Activities.TryGetValue(task.ScheduledEventId, out var activity) || activity.IsStarted || activity.Pause is not null ||
            activity.NextAttemptTime is not null || activity.Attempt != task.Attempt || activity.Stamp != task.Stamp)
        {
            return null;
        }

        return StartAttempt(activity, requestId, identity, buildId);
    }

    private PendingActivity StartAttempt(PendingActivity activity, string requestId, string identity, string buildId)
    {
        var started = activity with
        {
            StartedTime = Now,
            StartedIdentity = identity,
            StartRequestId = requestId,
            BuildId = buildId,
            LastWorkerIdentity = identity,
        };
        SetActivity(started);
        return started;
    }

    /// <summary>The started attempt that the token names, or the not-found error.</summary>
    public PendingActivity StartedActivity(Storage.Records.TaskToken token) =>
        State.Activities.TryGetValue(token.ScheduledEventId, out var activity) && activity.StartedTime is { } started &&
        activity.Attempt == token.Attempt && started.Ticks == token.StartedTicks
            ? activity
            : throw ServiceErrors.ActivityNotFound();

    /// <summary>The activity with the id that the workflow gave it, or the not-found error.</summary>
    public PendingActivity ActivityById(string activityId, bool mustBeStarted)
    {
        if (!State.ActivityIds.TryGetValue(activityId, out var scheduledId))
        {
            throw ServiceErrors.NotFound($"cannot find pending activity with ActivityID {activityId}, check workflow execution history for more details");
        }

        var activity = State.Activities[scheduledId];
        return activity.IsStarted || !mustBeStarted ? activity : throw ServiceErrors.ActivityNotFound();
    }

    public void CompleteActivity(PendingActivity activity, PayloadList? result, string identity, WorkerVersionStamp? version)
    {
        var startedId = ReceiveActivityStarted(activity, identity, version);
        Receive(new HistoryEvent
        {
            EventType = EventType.ActivityTaskCompleted,
            ActivityTaskCompletedEventAttributes = new()
            {
                Result = result,
                ScheduledEventId = activity.ScheduledEventId,
                StartedEventId = startedId,
                Identity = identity,
            },
        });
        TouchedActivities.Add(activity.ScheduledEventId);
        WakeWorkflow();
    }

    /// <summary>An attempt failed: another one follows, or the activity has failed.</summary>
    public void FailActivity(PendingActivity activity, Failure? failure, string identity, WorkerVersionStamp? version)
    {
        var state = TryRetry(activity, failure, identity);
        if (state == RetryState.InProgress)
        {
            return;
        }

        var startedId = ReceiveActivityStarted(activity, identity, version);
        Receive(new HistoryEvent
        {
            EventType = EventType.ActivityTaskFailed,
            ActivityTaskFailedEventAttributes = new()
            {
                Failure = failure,
                ScheduledEventId = activity.ScheduledEventId,
                StartedEventId = startedId,
                Identity = identity,
                RetryState = state,
            },
        });
        TouchedActivities.Add(activity.ScheduledEventId);
        WakeWorkflow();
    }

    public void CancelActivity(PendingActivity activity, PayloadList? details, string identity, WorkerVersionStamp? version)
    {
        if (!activity.CancelRequested)
        {
            throw ServiceErrors.InvalidArgument("unable to mark activity as canceled without activity being request canceled first");
        }

        var startedId = ReceiveActivityStarted(activity, identity, version: null);
        Receive(new HistoryEvent
        {
            EventType = EventType.ActivityTaskCanceled,
            ActivityTaskCanceledEventAttributes = new()
            {
                Details = details,
                LatestCancelRequestedEventId = activity.CancelRequestedEventId,
                ScheduledEventId = activity.ScheduledEventId,
                StartedEventId = startedId,
                Identity = identity,
            },
        });
        TouchedActivities.Add(activity.ScheduledEventId);
        WakeWorkflow();
    }

    public PendingActivity Heartbeat(PendingActivity activity, PayloadList? details)
    {
        var alive = activity with { LastHeartbeatTime = Now, HeartbeatDetails = details ?? activity.HeartbeatDetails };
        SetActivity(alive);
        return alive;
    }

    private void RequestCancelActivity(Command command, long completedId, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelActivityAttributes;
        var attributes = CommandValidation.Required(command.RequestCancelActivityTaskCommandAttributes, Bad, "RequestCancelActivityTask");
        var scheduledId = attributes.ScheduledEventId;
        var known = State.Activities.TryGetValue(scheduledId, out var activity);
        if ((!known && !IsResultBuffered(scheduledId)) || activity?.CancelRequested == true)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: {scheduledId}");
        }

        var requested = Append(new HistoryEvent
        {
            EventType = EventType.ActivityTaskCancelRequested,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            ActivityTaskCancelRequestedEventAttributes = new() { ScheduledEventId = scheduledId, WorkflowTaskCompletedEventId = completedId },
        });
        if (!known)
        {
            return; // its result is on the way
        }

        TouchedActivities.Add(scheduledId);
        if (EagerActivities.Remove(scheduledId) || !activity!.IsStarted)
        {
            // The end of the activity follows what the other commands of this task write.
            var canceled = new HistoryEvent
            {
                EventType = EventType.ActivityTaskCanceled,
                EventTime = Time,
                ActivityTaskCanceledEventAttributes = new()
                {
                    Details = NotStartedDetails,
                    LatestCancelRequestedEventId = requested.EventId,
                    ScheduledEventId = scheduledId,
                    Identity = context.Identity,
                },
            };
            State.Buffered = State.Buffered.Add(canceled);
            _endsOfThisTask.Add(canceled);
            State.Apply(canceled);
            Tasks.RemoveAll(t => t.Kind == QueueTaskKind.Activity && t.ScheduledEventId == scheduledId);
            _needsTask = true;
        }
    }

    private bool IsResultBuffered(long scheduledId) => State.Buffered.Any(e => e.EventType switch
    {
        EventType.ActivityTaskCompleted => e.ActivityTaskCompletedEventAttributes.ScheduledEventId == scheduledId,
        EventType.ActivityTaskFailed => e.ActivityTaskFailedEventAttributes.ScheduledEventId == scheduledId,
        EventType.ActivityTaskTimedOut => e.ActivityTaskTimedOutEventAttributes.ScheduledEventId == scheduledId,
        EventType.ActivityTaskCanceled => e.ActivityTaskCanceledEventAttributes.ScheduledEventId == scheduledId,
        _ => false,
    });

    /// <summary>The deferred Started event of the attempt that decided the activity; returns its id, 0 while buffered.</summary>
    private long ReceiveActivityStarted(PendingActivity activity, string identity, WorkerVersionStamp? version) => Receive(new HistoryEvent
    {
        EventType = EventType.ActivityTaskStarted,
        EventTime = Durations.Wire(activity.StartedTime ?? Now),
        ActivityTaskStartedEventAttributes = new()
        {
            ScheduledEventId = activity.ScheduledEventId,
            Identity = activity.IsStarted ? activity.StartedIdentity : identity,
            RequestId = activity.StartRequestId,
            Attempt = activity.Attempt,
            LastFailure = activity.LastFailure,
            WorkerVersion = version,
        },
    }).EventId;

    private void OnActivityDeadline(long scheduledEventId)
    {
        if (!State.Activities.TryGetValue(scheduledEventId, out var activity) || activity.NextDeadline is not { } next || next.Due > Now)
        {
            return;
        }

        switch (next.What)
        {
            case ActivityDeadline.NextAttempt:
                var ready = activity with { NextAttemptTime = null, AttemptScheduledTime = Now };
                SetActivity(ready);
                DispatchActivity(ready);
                break;
            case ActivityDeadline.ScheduleToStart:
                TimeOutActivity(activity, TimeoutType.ScheduleToStart, RetryState.Timeout);
                break;
            case ActivityDeadline.ScheduleToClose:
                TimeOutActivity(activity, TimeoutType.ScheduleToClose, RetryState.Timeout);
                break;
            case ActivityDeadline.StartToClose:
                RetryOrTimeOut(activity, TimeoutType.StartToClose);
                break;
            default:
                RetryOrTimeOut(activity, TimeoutType.Heartbeat);
                break;
        }
    }

    private void RetryOrTimeOut(PendingActivity activity, TimeoutType type)
    {
        var state = TryRetry(activity, TimeoutFailure(type, Text(type)), identity: null);
        if (state == RetryState.Timeout)
        {
            TimeOutActivity(activity, TimeoutType.ScheduleToClose, state);
        }
        else if (state != RetryState.InProgress)
        {
            TimeOutActivity(activity, type, state);
        }
    }

    private void TimeOutActivity(PendingActivity activity, TimeoutType type, RetryState state)
    {
        var text = type == TimeoutType.ScheduleToClose
            ? "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying"
            : Text(type);
        var failure = TimeoutFailure(type, text);
        failure.Cause = activity.LastFailure;
        failure.TimeoutFailureInfo.LastHeartbeatDetails = activity.HeartbeatDetails; // only the last attempt's failure tells them
        var startedId = activity.IsStarted ? ReceiveActivityStarted(activity, "", version: null) : 0;
        Receive(new HistoryEvent
        {
            EventType = EventType.ActivityTaskTimedOut,
            ActivityTaskTimedOutEventAttributes = new()
            {
                Failure = failure,
                ScheduledEventId = activity.ScheduledEventId,
                StartedEventId = startedId,
                RetryState = state,
            },
        });
        TouchedActivities.Add(activity.ScheduledEventId);
        WakeWorkflow();
    }

    private static string Text(TimeoutType type) => $"activity {type} timeout";

    private static Failure TimeoutFailure(TimeoutType type, string text) => new()
    {
        Message = text,
        Source = "Server",
        TimeoutFailureInfo = new() { TimeoutType = type },
    };

    /// <summary>Schedules the next attempt if the policy allows one.</summary>
    private RetryState TryRetry(PendingActivity activity, Failure? failure, string? identity)
    {
        if (activity.CancelRequested)
        {
            return RetryState.CancelRequested;
        }

        var (state, delay) = RetryPolicies.Decide(activity.Options.RetryPolicy, activity.Attempt, Now, activity.Expiration, failure);
        if (activity.Pause is not null && state != RetryState.NonRetryableFailure)
        {
            // Nothing is decided while the activity is paused: it waits, whatever its policy says.
            SetActivity(activity with
            {
                Attempt = activity.Attempt + 1,
                StartedTime = null,
                StartRequestId = "",
                LastFailure = failure,
                LastAttemptCompleteTime = Now,
                LastWorkerIdentity = identity ?? activity.LastWorkerIdentity,
                Stamp = activity.Stamp + 1,
            });
            return RetryState.InProgress;
        }

        if (state != RetryState.InProgress)
        {
            return state;
        }

        SetActivity(activity with
        {
            Attempt = activity.Attempt + 1,
            StartedTime = null,
            StartedIdentity = "",
            StartRequestId = "",
            LastFailure = failure,
            LastAttemptCompleteTime = Now,
            LastWorkerIdentity = identity ?? activity.LastWorkerIdentity,
            NextAttemptTime = Durations.After(Now, delay),
            ResetRequested = false,
            HeartbeatDetails = activity.ResetHeartbeats ? null : activity.HeartbeatDetails,
            ResetHeartbeats = false,
        });
        return state;
    }
}
