using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.History;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>What operators do to the activities of a workflow, in both families of calls.</summary>
internal sealed class ActivityControlFrontend(NamespaceRegistry namespaces, HistoryEngine engine, RequestChecks checks)
{
    public void Map(ServiceMap map)
    {
        MapPause(map);
        MapUnpause(map);
        MapReset(map);
        MapUpdate(map);
    }

    private void MapPause(ServiceMap map)
    {
        map.Add<PauseActivityRequest, PauseActivityResponse>("PauseActivity", async r =>
        {
            await PauseAsync(r.Namespace, Execution(r.Execution), Selector(r.HasId, r.Id, r.HasType, r.Type), r.Identity, r.Reason, r.RequestId)
                .ConfigureAwait(false);
            return new PauseActivityResponse();
        });
        map.Add<PauseActivityExecutionRequest, PauseActivityExecutionResponse>("PauseActivityExecution", async r =>
        {
            var which = Selector(r.ActivityId);
            var target = Execution(r.WorkflowId, r.RunId, r.ActivityId);
            checks.Length(r.Identity, "identity");
            // An id of the server's own making: a second call is then another one.
            var requestId = r.RequestId.Length > 0 ? r.RequestId : Guid.NewGuid().ToString();
            await PauseAsync(r.Namespace, target, which, r.Identity, r.Reason, requestId).ConfigureAwait(false);
            return new PauseActivityExecutionResponse();
        });
    }

    private void MapUnpause(ServiceMap map)
    {
        map.Add<UnpauseActivityRequest, UnpauseActivityResponse>("UnpauseActivity", async r =>
        {
            var target = Execution(r.Execution);
            var which = Selector(r.HasId, r.Id, r.HasType, r.Type, r.HasUnpauseAll);
            await UnpauseAsync(r.Namespace, target, which, r.ResetAttempts, r.ResetHeartbeat, r.Jitter).ConfigureAwait(false);
            return new UnpauseActivityResponse();
        });
        map.Add<UnpauseActivityExecutionRequest, UnpauseActivityExecutionResponse>("UnpauseActivityExecution", async r =>
        {
            var which = Selector(r.ActivityId);
            var target = Execution(r.WorkflowId, r.RunId, r.ActivityId);
            await UnpauseAsync(r.Namespace, target, which, resetAttempts: false, resetHeartbeat: false, r.Jitter).ConfigureAwait(false);
            return new UnpauseActivityExecutionResponse();
        });
    }

    private void MapReset(ServiceMap map)
    {
        map.Add<ResetActivityRequest, ResetActivityResponse>("ResetActivity", async r =>
        {
            var target = Execution(r.Execution);
            var which = Selector(r.HasId, r.Id, r.HasType, r.Type, r.HasMatchAll);
            await ResetAsync(r.Namespace, target, which, r.ResetHeartbeat, r.KeepPaused, r.RestoreOriginalOptions, r.Jitter).ConfigureAwait(false);
            return new ResetActivityResponse();
        });
        map.Add<ResetActivityExecutionRequest, ResetActivityExecutionResponse>("ResetActivityExecution", async r =>
        {
            var which = Selector(r.ActivityId);
            var target = Execution(r.WorkflowId, r.RunId, r.ActivityId);
            await ResetAsync(r.Namespace, target, which, r.ResetHeartbeat, r.KeepPaused, r.RestoreOriginalOptions, r.Jitter).ConfigureAwait(false);
            return new ResetActivityExecutionResponse();
        });
    }

    private void MapUpdate(ServiceMap map)
    {
        map.Add<UpdateActivityOptionsRequest, UpdateActivityOptionsResponse>("UpdateActivityOptions", async r =>
        {
            var target = Execution(r.Execution);
            var which = Selector(r.HasId, r.Id, r.HasType, r.Type, r.HasMatchAll);
            return new UpdateActivityOptionsResponse
            {
                ActivityOptions = await ChangeAsync(r.Namespace, target, which, r.ActivityOptions, r.UpdateMask, r.RestoreOriginal).ConfigureAwait(false),
            };
        });
        map.Add<UpdateActivityExecutionOptionsRequest, UpdateActivityExecutionOptionsResponse>("UpdateActivityExecutionOptions", async r =>
        {
            var which = Selector(r.ActivityId);
            var target = Execution(r.WorkflowId, r.RunId, r.ActivityId);
            return new UpdateActivityExecutionOptionsResponse
            {
                ActivityOptions = await ChangeAsync(r.Namespace, target, which, r.ActivityOptions, r.UpdateMask, r.RestoreOriginal).ConfigureAwait(false),
            };
        });
    }

    private Task<bool> PauseAsync(string ns, WorkflowExecution target, ActivitySelector which, string identity, string reason, string requestId) =>
        ControlAsync(ns, target, t => t.PauseActivities(which, new ActivityPause(t.Now, identity, reason, requestId)));

    private Task<bool> UnpauseAsync(string ns, WorkflowExecution target, ActivitySelector which, bool resetAttempts, bool resetHeartbeat, Duration? jitter) =>
        ControlAsync(ns, target, t => t.UnpauseActivities(which, resetAttempts, resetHeartbeat, Durations.Of(jitter)));

    private Task<bool> ResetAsync(
        string ns, WorkflowExecution target, ActivitySelector which, bool resetHeartbeat, bool keepPaused, bool restore, Duration? jitter) =>
        ControlAsync(ns, target, t => t.ResetActivities(which, resetHeartbeat, keepPaused, restore, Durations.Of(jitter)));

    private Task<bool> ControlAsync(string ns, WorkflowExecution target, Action<RunTransition> action) =>
        engine.ControlActivitiesAsync(namespaces.Get(ns).Id, target, t =>
        {
            action(t);
            return true;
        });

    private Task<ActivityOptions> ChangeAsync(
        string ns, WorkflowExecution target, ActivitySelector which, ActivityOptions? given, FieldMask? mask, bool restore)
    {
        var id = namespaces.Get(ns).Id;
        StartRequests.CheckPriority(given?.Priority);
        if (restore && mask is { Paths.Count: > 0 })
        {
            throw ServiceErrors.InvalidArgument("Both UpdateMask and RestoreOriginal are provided");
        }

        var fields = FieldMasks.Camel(mask);
        return engine.ControlActivitiesAsync(id, target, t =>
        {
            if (!restore && given is null)
            {
                throw ServiceErrors.InvalidArgument("ActivityOptions are not provided");
            }

            if (!restore && mask is null)
            {
                throw ServiceErrors.InvalidArgument("UpdateMask is not provided");
            }

            return t.ChangeActivityOptions(which, given, fields, restore);
        });
    }

    private static WorkflowExecution Execution(WorkflowExecution? execution)
    {
        if (execution is not { WorkflowId.Length: > 0 })
        {
            throw ServiceErrors.InvalidArgument("WorkflowId is not set on request.");
        }

        return RequestChecks.Execution(execution);
    }

    private static WorkflowExecution Execution(string workflowId, string runId, string activityId)
    {
        if (workflowId.Length == 0)
        {
            throw ServiceErrors.NotFound($"activity not found for ID: {activityId}"); // an activity without a workflow: there are none here
        }

        if (runId.Length > 0 && !CommandValidation.IsRunId(runId))
        {
            throw ServiceErrors.InvalidArgument("invalid run id: must be a valid UUID");
        }

        return new WorkflowExecution { WorkflowId = workflowId, RunId = runId };
    }

    private static ActivitySelector Selector(string activityId) =>
        activityId.Length > 0 ? ActivitySelector.ById(activityId) : throw ServiceErrors.InvalidArgument("activity ID is required");

    private static ActivitySelector Selector(bool hasId, string id, bool hasType, string type, bool all = false) =>
        hasId ? ActivitySelector.ById(id)
        : hasType ? ActivitySelector.ByType(type)
        : all ? ActivitySelector.All
        : throw ServiceErrors.InvalidArgument("Either Activity.Id or Activity.Type should be set on request.");
}
