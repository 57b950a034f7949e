using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>What workers call: polls and answers to workflow tasks and queries.</summary>
internal sealed class WorkerFrontend(NamespaceRegistry namespaces, HistoryEngine engine, TaskQueues queues, WorkerRegistry workers, RequestChecks checks)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerBefore = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(2);

    public void Map(ServiceMap map)
    {
        map.Add<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>("PollWorkflowTaskQueue", PollWorkflowAsync);
        map.Add<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>("PollActivityTaskQueue", PollActivityAsync);
        map.Add<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>("RespondWorkflowTaskCompleted", CompleteAsync);
        map.Add<RespondWorkflowTaskFailedRequest, RespondWorkflowTaskFailedResponse>("RespondWorkflowTaskFailed", FailAsync);
        map.Add<RespondQueryTaskCompletedRequest, RespondQueryTaskCompletedResponse>("RespondQueryTaskCompleted", AnswerQuery);
        map.Add<ShutdownWorkerRequest, ShutdownWorkerResponse>("ShutdownWorker", Shutdown);
    }

    /// <summary>How long a long poll may wait: it ends empty a second before its caller gives up, and after a minute at most.</summary>
    public static TimeSpan PollTime(GrpcServerCall call)
    {
        if (call.Remaining is not { } left)
        {
            return LongestPoll;
        }

        if (left < ShortestPoll)
        {
            throw ServiceErrors.FailedPrecondition("Context timeout is too short.");
        }

        return left - AnswerBefore < LongestPoll ? left - AnswerBefore : LongestPoll;
    }

    private async ValueTask<PollWorkflowTaskQueueResponse> PollWorkflowAsync(PollWorkflowTaskQueueRequest request, GrpcServerCall call)
    {
        var ns = namespaces.Get(request.Namespace);
        checks.Length(request.Identity, "Identity");
        checks.TaskQueue(request.TaskQueue);
        var sticky = request.TaskQueue.Kind == TaskQueueKind.Sticky;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        ends.CancelAfter(PollTime(call));
        var poller = new PollerIdentity(request.Identity, request.WorkerInstanceKey)
        {
            BuildId = request.WorkerVersionCapabilities?.BuildId ?? "",
            Capabilities = request.WorkerVersionCapabilities,
            Deployment = request.DeploymentOptions,
        };
        var key = new QueueKey(ns.Id, request.TaskQueue.Name, TaskQueueType.Workflow, sticky);
        return await engine.PollWorkflowTaskAsync(key, poller, ends.Token).ConfigureAwait(false) ?? new PollWorkflowTaskQueueResponse();
    }

    private async ValueTask<PollActivityTaskQueueResponse> PollActivityAsync(PollActivityTaskQueueRequest request, GrpcServerCall call)
    {
        var ns = namespaces.Get(request.Namespace);
        checks.Length(request.Identity, "Identity");
        checks.TaskQueue(request.TaskQueue);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        ends.CancelAfter(PollTime(call));
        var poller = new PollerIdentity(request.Identity, request.WorkerInstanceKey)
        {
            BuildId = request.WorkerVersionCapabilities?.BuildId ?? "",
            Capabilities = request.WorkerVersionCapabilities,
            Deployment = request.DeploymentOptions,
            TasksPerSecond = request.TaskQueueMetadata?.MaxTasksPerSecond,
        };
        var key = new QueueKey(ns.Id, request.TaskQueue.Name, TaskQueueType.Activity, IsSticky: false);
        return await engine.PollActivityTaskAsync(key, poller, ends.Token).ConfigureAwait(false) ?? new PollActivityTaskQueueResponse();
    }

    private async ValueTask<RespondWorkflowTaskCompletedResponse> CompleteAsync(RespondWorkflowTaskCompletedRequest request)
    {
        var token = RequestChecks.Token(request.TaskToken, request.Namespace.Length == 0 ? null : namespaces.Get(request.Namespace).Id);
        checks.Length(request.Identity, "Identity");
        return await engine.CompleteWorkflowTaskAsync(token, request).ConfigureAwait(false);
    }

    private async ValueTask<RespondWorkflowTaskFailedResponse> FailAsync(RespondWorkflowTaskFailedRequest request)
    {
        var token = RequestChecks.Token(request.TaskToken, request.Namespace.Length == 0 ? null : namespaces.Get(request.Namespace).Id);
        checks.Length(request.Identity, "Identity");
        await engine.FailWorkflowTaskAsync(token, request).ConfigureAwait(false);
        return new RespondWorkflowTaskFailedResponse();
    }

    private RespondQueryTaskCompletedResponse AnswerQuery(RespondQueryTaskCompletedRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        engine.AnswerQuery(RequestChecks.Token(request.TaskToken, ns.Id).QueryId, request);
        return new RespondQueryTaskCompletedResponse();
    }

    private ShutdownWorkerResponse Shutdown(ShutdownWorkerRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        if (request.WorkerHeartbeat is { } heartbeat)
        {
            workers.Record(ns.Id, [heartbeat]);
        }

        queues.Shutdown(ns.Id, request.WorkerInstanceKey, request.StickyTaskQueue);
        return new ShutdownWorkerResponse();
    }
}
