using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;

namespace Temporal.DevServer.History;

/// <content>Activities between runs and workers.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Waits for an activity attempt; null when there was none in time.</summary>
    public async Task<PollActivityTaskQueueResponse?> PollActivityTaskAsync(QueueKey key, PollerIdentity poller, CancellationToken cancellationToken)
    {
        while (await _queues.TakeAsync(key, poller, cancellationToken).ConfigureAwait(false) is { } taken)
        {
            var task = taken.Task;
            if (cancellationToken.IsCancellationRequested)
            {
                _queues.Return(task, key);
                return null;
            }

            try
            {
                var response = await StepAsync(task.NamespaceId, task.WorkflowId, task.RunId, (run, t) =>
                    t.StartActivity(task, Guid.NewGuid().ToString(), poller.Identity, poller.BuildId) is { } started
                        ? ActivityResponse(t.State, started)
                        : throw new StaleTaskException()).ConfigureAwait(false);
                response.PollerScalingDecision = Scaling(taken);
                return response;
            }
            catch (StaleTaskException)
            {
                continue;
            }
            catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
            {
                continue; // the run is gone, and its tasks with it
            }
        }

        return null;
    }

    private static PollActivityTaskQueueResponse ActivityResponse(RunState state, PendingActivity activity)
    {
        var options = activity.Options;
        var token = Token(state, activity.ScheduledEventId, 0, activity.Attempt, activity.StartedTime!.Value);
        token.ActivityId = activity.Scheduled.ActivityId;
        token.Stamp = activity.Stamp;
        return new PollActivityTaskQueueResponse
        {
            TaskToken = token.ToByteString(),
            WorkflowNamespace = state.Namespace,
            WorkflowType = state.Start.WorkflowType,
            WorkflowExecution = state.Execution,
            ActivityType = activity.Scheduled.ActivityType,
            ActivityId = activity.Scheduled.ActivityId,
            Header = activity.Scheduled.Header,
            Input = activity.Scheduled.Input,
            HeartbeatDetails = activity.HeartbeatDetails,
            ScheduledTime = Durations.Wire(activity.ScheduledTime),
            CurrentAttemptScheduledTime = Durations.Wire(activity.AttemptScheduledTime),
            StartedTime = Durations.Wire(activity.StartedTime.Value),
            Attempt = activity.Attempt,
            // Workers are told what the workflow asked for, even where something else is in force.
            ScheduleToCloseTimeout = activity.Scheduled.ScheduleToCloseTimeout,
            StartToCloseTimeout = activity.Scheduled.StartToCloseTimeout,
            HeartbeatTimeout = activity.Scheduled.HeartbeatTimeout,
            RetryPolicy = options.RetryPolicy,
            Priority = Priorities.Inherit(state.Priority, options.Priority),
        };
    }

    public Task CompleteActivityAsync(ActivityTarget target, PayloadList? result, string identity, WorkerVersionStamp? version) =>
        StepAsync(target.NamespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            var activity = Find(run, t, target, mustBeStarted: false);
            if (result is not null && result.CalculateSize() > _limits.BlobSize)
            {
                t.FailActivity(activity, TooLarge("Complete result exceeds size limit."), identity, version);
            }
            else
            {
                t.CompleteActivity(activity, result, identity, version);
            }
        });

    /// <summary>Returns a failure for each part of the report that could not be taken as it was.</summary>
    public Task<Failure?> FailActivityAsync(ActivityTarget target, Failure? failure, PayloadList? lastHeartbeat, string identity, WorkerVersionStamp? version) =>
        StepAsync(target.NamespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            var activity = Find(run, t, target, mustBeStarted: true);
            if (lastHeartbeat is not null)
            {
                activity = t.Heartbeat(activity, lastHeartbeat);
            }

            if (failure is not null && failure.CalculateSize() > _limits.BlobSize)
            {
                var refused = TooLarge("Failure exceeds size limit.");
                refused.Cause = new Failure
                {
                    Message = failure.Message[..Math.Min(failure.Message.Length, Math.Max(_limits.BlobSizeWarning - 13, 0))],
                    ApplicationFailureInfo = new() { Type = failure.ApplicationFailureInfo?.Type ?? "" },
                };
                t.FailActivity(activity, refused, identity, version);
                return refused;
            }

            t.FailActivity(activity, failure, identity, version);
            return null;
        });

    public Task CancelActivityAsync(ActivityTarget target, PayloadList? details, string identity, WorkerVersionStamp? version) =>
        StepAsync(target.NamespaceId, target.WorkflowId, target.RunId, (run, t) =>
            t.CancelActivity(Find(run, t, target, mustBeStarted: true), details, identity, version));

    public Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(ActivityTarget target, PayloadList? details, string identity) =>
        StepAsync(target.NamespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            var activity = Find(run, t, target, mustBeStarted: true);
            if (details is not null && details.CalculateSize() > _limits.BlobSize)
            {
                t.FailActivity(activity, TooLarge("Heartbeat details exceed size limit."), identity, version: null);
                return new RecordActivityTaskHeartbeatResponse { CancelRequested = true };
            }

            var alive = t.Heartbeat(activity, details);
            return new RecordActivityTaskHeartbeatResponse
            {
                CancelRequested = alive.CancelRequested,
                ActivityPaused = alive.Pause is not null,
                ActivityReset = alive.ResetRequested,
            };
        });

    /// <summary>An operator's action on activities of an open run.</summary>
    public Task<T> ControlActivitiesAsync<T>(string namespaceId, WorkflowExecution target, Func<RunTransition, T> action) =>
        StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            RequireOpen(run);
            return action(t);
        });

    private static PendingActivity Find(WorkflowRun run, RunTransition t, ActivityTarget target, bool mustBeStarted)
    {
        RequireOpen(run);
        return target.Token is { } token ? t.StartedActivity(token) : t.ActivityById(target.ActivityId, mustBeStarted);
    }

    private static Failure TooLarge(string text) => new() { Message = text, Source = "Server", ServerFailureInfo = new() { NonRetryable = true } };
}

/// <summary>Names an activity by the token of one of its attempts, or by the id that the workflow gave it.</summary>
internal sealed record ActivityTarget(string NamespaceId, string WorkflowId, string RunId, string ActivityId, TaskToken? Token);
