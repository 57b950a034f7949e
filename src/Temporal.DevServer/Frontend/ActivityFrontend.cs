using Temporal.DevServer.History;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Results and heartbeats of activities, by token and by id.</summary>
internal sealed class ActivityFrontend(NamespaceRegistry namespaces, HistoryEngine engine, RequestChecks checks)
{
    public void Map(ServiceMap map)
    {
        map.Add<RespondActivityTaskCompletedRequest, RespondActivityTaskCompletedResponse>("RespondActivityTaskCompleted", async r =>
        {
            checks.Length(r.Identity, "Identity");
            await engine.CompleteActivityAsync(ByToken(r.Namespace, r.TaskToken), r.Result, r.Identity, r.WorkerVersion).ConfigureAwait(false);
            return new RespondActivityTaskCompletedResponse();
        });
        map.Add<RespondActivityTaskCompletedByIdRequest, RespondActivityTaskCompletedByIdResponse>("RespondActivityTaskCompletedById", async r =>
        {
            await engine.CompleteActivityAsync(ById(r.Namespace, r.WorkflowId, r.RunId, r.ActivityId), r.Result, r.Identity, version: null).ConfigureAwait(false);
            return new RespondActivityTaskCompletedByIdResponse();
        });
        map.Add<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>("RespondActivityTaskFailed", async r =>
        {
            var target = ByToken(r.Namespace, r.TaskToken);
            CheckFailure(r.Failure);
            var refused = await engine.FailActivityAsync(target, r.Failure, r.LastHeartbeatDetails, r.Identity, r.WorkerVersion).ConfigureAwait(false);
            return new RespondActivityTaskFailedResponse { Failures = { Listed(refused) } };
        });
        map.Add<RespondActivityTaskFailedByIdRequest, RespondActivityTaskFailedByIdResponse>("RespondActivityTaskFailedById", async r =>
        {
            var target = ById(r.Namespace, r.WorkflowId, r.RunId, r.ActivityId);
            CheckFailure(r.Failure);
            var refused = await engine.FailActivityAsync(target, r.Failure, r.LastHeartbeatDetails, r.Identity, version: null).ConfigureAwait(false);
            return new RespondActivityTaskFailedByIdResponse { Failures = { Listed(refused) } };
        });
        map.Add<RespondActivityTaskCanceledRequest, RespondActivityTaskCanceledResponse>("RespondActivityTaskCanceled", async r =>
        {
            await engine.CancelActivityAsync(ByToken(r.Namespace, r.TaskToken), r.Details, r.Identity, r.WorkerVersion).ConfigureAwait(false);
            return new RespondActivityTaskCanceledResponse();
        });
        map.Add<RespondActivityTaskCanceledByIdRequest, RespondActivityTaskCanceledByIdResponse>("RespondActivityTaskCanceledById", async r =>
        {
            await engine.CancelActivityAsync(ById(r.Namespace, r.WorkflowId, r.RunId, r.ActivityId), r.Details, r.Identity, version: null).ConfigureAwait(false);
            return new RespondActivityTaskCanceledByIdResponse();
        });
        map.Add<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>("RecordActivityTaskHeartbeat", async r =>
            await engine.HeartbeatAsync(ByToken(r.Namespace, r.TaskToken), r.Details, r.Identity).ConfigureAwait(false));
        map.Add<RecordActivityTaskHeartbeatByIdRequest, RecordActivityTaskHeartbeatByIdResponse>("RecordActivityTaskHeartbeatById", async r =>
        {
            var beat = await engine.HeartbeatAsync(ById(r.Namespace, r.WorkflowId, r.RunId, r.ActivityId), r.Details, r.Identity).ConfigureAwait(false);
            return new RecordActivityTaskHeartbeatByIdResponse
            {
                CancelRequested = beat.CancelRequested,
                ActivityPaused = beat.ActivityPaused,
                ActivityReset = beat.ActivityReset,
            };
        });
    }

    private static void CheckFailure(Failure? failure)
    {
        if (failure is not null && failure.ApplicationFailureInfo is null)
        {
            throw ServiceErrors.InvalidArgument("Failure must have ApplicationFailureInfo.");
        }
    }

    private static Failure[] Listed(Failure? failure) => failure is null ? [] : [failure];

    private ActivityTarget ByToken(string ns, Google.Protobuf.ByteString token)
    {
        var id = namespaces.Get(ns).Id;
        var parsed = RequestChecks.Token(token, id);
        return new ActivityTarget(id, parsed.WorkflowId, parsed.RunId, parsed.ActivityId, parsed);
    }

    private ActivityTarget ById(string ns, string workflowId, string runId, string activityId)
    {
        var id = namespaces.Get(ns).Id;
        if (activityId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("ActivityId is not set on request.");
        }

        if (workflowId.Length == 0)
        {
            throw ServiceErrors.NotFound($"activity not found for ID: {activityId}"); // an activity without a workflow: there are none here
        }

        if (runId.Length > 0 && !CommandValidation.IsRunId(runId))
        {
            throw ServiceErrors.InvalidArgument("Invalid RunId.");
        }

        return new ActivityTarget(id, workflowId, runId, activityId, Token: null);
    }
}
