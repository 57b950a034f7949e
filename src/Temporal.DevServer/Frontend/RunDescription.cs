using Temporal.DevServer.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>A run as Describe shows it.</summary>
internal static class RunDescription
{
    /// <summary>The first second of year 1: how a real server says that there is no such time.</summary>
    private const long NoTime = -62135596800;

    public static DescribeWorkflowExecutionResponse Of(RunState s)
    {
        var response = new DescribeWorkflowExecutionResponse
        {
            ExecutionConfig = new WorkflowExecutionConfig
            {
                TaskQueue = new TaskQueue { Name = s.TaskQueue, Kind = TaskQueueKind.Normal },
                WorkflowExecutionTimeout = s.Start.WorkflowExecutionTimeout,
                WorkflowRunTimeout = s.Start.WorkflowRunTimeout,
                DefaultWorkflowTaskTimeout = s.Start.WorkflowTaskTimeout,
                UserMetadata = s.UserMetadata,
            },
            WorkflowExecutionInfo = Info(s),
            WorkflowExtendedInfo = new WorkflowExecutionExtendedInfo
            {
                ExecutionExpirationTime = s.Start.WorkflowExecutionExpirationTime,
                RunExpirationTime = s.RunExpiration is { } end ? Durations.Wire(end) : new() { Seconds = NoTime },
                CancelRequested = s.CancelRequested,
                OriginalStartTime = Durations.Wire(s.StartTime),
                LastResetTime = Durations.Wire(s.ResetTime),
                ResetRunId = s.ResetRunId,
                PauseInfo = s.Paused is not { } pause || !s.IsRunning ? null : new WorkflowExecutionPauseInfo
                {
                    Identity = pause.Identity,
                    PausedTime = Durations.Wire(pause.Time),
                    Reason = pause.Reason,
                },
            },
        };
        foreach (var (id, (type, eventId)) in s.RequestIds)
        {
            response.WorkflowExtendedInfo.RequestIdInfos[id] = new RequestIdInfo { EventType = type, EventId = eventId, Buffered = eventId == 0 };
        }

        response.Callbacks.AddRange(s.Callbacks.Select(c => Callback(s, c.Callback, c.Registered)));
        response.PendingActivities.AddRange(s.Activities.Values.Select(Activity));
        response.PendingChildren.AddRange(s.Children.Values.Select(c => new PendingChildExecutionInfo
        {
            WorkflowId = c.Initiated.WorkflowId,
            RunId = c.RunId,
            WorkflowTypeName = c.Initiated.WorkflowType.Name,
            InitiatedId = c.InitiatedEventId,
            ParentClosePolicy = c.Initiated.ParentClosePolicy,
        }).Where(_ => s.IsRunning));
        if (s.WorkflowTask is { } task)
        {
            response.PendingWorkflowTask = new PendingWorkflowTaskInfo
            {
                State = task.IsStarted ? PendingWorkflowTaskState.Started : PendingWorkflowTaskState.Scheduled,
                ScheduledTime = Durations.Wire(task.ScheduledTime),
                OriginalScheduledTime = Durations.Wire(task.OriginalScheduledTime),
                StartedTime = Durations.Wire(task.StartedTime),
                Attempt = task.Attempt,
            };
        }

        return response;
    }

    /// <summary>A callback: nobody outside can be called, so one that is due has failed.</summary>
    private static CallbackInfo Callback(RunState s, Callback callback, DateTime registered)
    {
        var due = !s.IsRunning && s.Status != WorkflowExecutionStatus.ContinuedAsNew;
        return new CallbackInfo
        {
            Callback = callback,
            Trigger = new() { WorkflowClosed = new() },
            RegistrationTime = Durations.Wire(registered),
            State = due ? CallbackState.Failed : CallbackState.Standby,
            Attempt = due ? 1 : 0,
            LastAttemptFailure = due
                ? new() { Message = "completion callbacks are not delivered by this server", ServerFailureInfo = new() { NonRetryable = true } }
                : null,
        };
    }

    private static WorkflowExecutionInfo Info(RunState s)
    {
        var info = VisibilityRows.ToInfo(RunRecords.ToRow(s));
        if (s.VersioningOverride is { } versioning)
        {
            info.VersioningInfo = new WorkflowExecutionVersioningInfo { VersioningOverride = versioning.Clone() };
            info.VersioningInfo.VersioningOverride.Behavior = VersioningBehavior.AutoUpgrade;
        }

        info.HistoryLength = s.LastEventId;
        info.HistorySizeBytes = s.HistorySizeBytes;
        info.StateTransitionCount = s.TransitionCount;
        info.FirstRunId = s.FirstRunId;
        info.MostRecentWorkerVersionStamp = s.MostRecentWorker;
        info.AutoResetPoints = new ResetPoints { Points = { s.ResetPoints } };
        info.ParentNamespaceId = s.Start.ParentWorkflowNamespaceId;
        return info;
    }

    private static PendingActivityInfo Activity(PendingActivity a)
    {
        var state = a.CancelRequested ? PendingActivityState.CancelRequested
            : a.IsStarted ? a.Pause is not null ? PendingActivityState.PauseRequested : PendingActivityState.Started
            : a.Pause is not null ? PendingActivityState.Paused : PendingActivityState.Scheduled;
        var retry = a.Pause is null ? a.NextAttemptTime : null;
        var options = a.Options;
        return new PendingActivityInfo
        {
            ActivityId = a.Scheduled.ActivityId,
            ActivityType = a.Scheduled.ActivityType,
            State = state,
            HeartbeatDetails = a.HeartbeatDetails,
            LastHeartbeatTime = Durations.Wire(a.LastHeartbeatTime),
            LastStartedTime = Durations.Wire(a.StartedTime),
            Attempt = a.Attempt,
            MaximumAttempts = options.RetryPolicy.MaximumAttempts,
            ScheduledTime = Durations.Wire(a.NextAttemptTime ?? a.AttemptScheduledTime),
            ExpirationTime = Durations.Wire(a.Expiration),
            LastFailure = a.LastFailure,
            LastWorkerIdentity = a.LastWorkerIdentity,
            CurrentRetryInterval = retry - a.LastAttemptCompleteTime is { } wait ? Durations.Wire(wait) : null,
            LastAttemptCompleteTime = Durations.Wire(a.LastAttemptCompleteTime),
            NextAttemptScheduleTime = Durations.Wire(retry),
            Paused = a.Pause is not null,
            PauseInfo = a.Pause is null ? null : new PendingActivityInfo.Types.PauseInfo
            {
                PauseTime = Durations.Wire(a.Pause.Time),
                Manual = new() { Identity = a.Pause.Identity, Reason = a.Pause.Reason },
            },
            Priority = options.Priority,
            ActivityOptions = new Temporalio.Api.Activity.V1.ActivityOptions
            {
                TaskQueue = new TaskQueue { Name = options.TaskQueue.Name, NormalName = options.TaskQueue.Name },
                ScheduleToCloseTimeout = options.ScheduleToCloseTimeout,
                ScheduleToStartTimeout = options.ScheduleToStartTimeout,
                StartToCloseTimeout = options.StartToCloseTimeout,
                HeartbeatTimeout = options.HeartbeatTimeout,
                RetryPolicy = options.RetryPolicy,
                Priority = options.Priority,
            },
        };
    }
}
