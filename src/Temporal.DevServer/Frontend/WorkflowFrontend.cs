using Temporal.DevServer.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Starting workflows and talking to them.</summary>
internal sealed class WorkflowFrontend(NamespaceRegistry namespaces, HistoryEngine engine, StartRequests starts, RequestChecks checks)
{
    public void Map(ServiceMap map)
    {
        map.Add<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>("StartWorkflowExecution", StartAsync);
        map.Add<SignalWithStartWorkflowExecutionRequest, SignalWithStartWorkflowExecutionResponse>("SignalWithStartWorkflowExecution", SignalWithStartAsync);
        map.Add<SignalWorkflowExecutionRequest, SignalWorkflowExecutionResponse>("SignalWorkflowExecution", SignalAsync);
        map.Add<RequestCancelWorkflowExecutionRequest, RequestCancelWorkflowExecutionResponse>("RequestCancelWorkflowExecution", RequestCancelAsync);
        map.Add<TerminateWorkflowExecutionRequest, TerminateWorkflowExecutionResponse>("TerminateWorkflowExecution", TerminateAsync);
        map.Add<ResetStickyTaskQueueRequest, ResetStickyTaskQueueResponse>("ResetStickyTaskQueue", ResetStickyAsync);
    }

    private async ValueTask<StartWorkflowExecutionResponse> StartAsync(StartWorkflowExecutionRequest request)
    {
        var outcome = await engine.StartAsync(starts.ToOrder(request)).ConfigureAwait(false);
        return ToResponse(request, outcome);
    }

    /// <summary>Also what a start within a multi-operation answers.</summary>
    public static StartWorkflowExecutionResponse ToResponse(StartWorkflowExecutionRequest request, StartOutcome outcome) => new()
    {
        RunId = outcome.RunId,
        FirstExecutionRunId = outcome.FirstRunId,
        Started = outcome.Started,
        Status = outcome.Status,
        EagerWorkflowTask = outcome.EagerTask,
        Link = outcome.Attached
            ? new Link
            {
                WorkflowEvent = new()
                {
                    Namespace = request.Namespace,
                    WorkflowId = request.WorkflowId,
                    RunId = outcome.RunId,
                    RequestIdRef = new() { RequestId = request.RequestId, EventType = EventType.WorkflowExecutionOptionsUpdated },
                },
            }
            : StartLink(request.Namespace, request.WorkflowId, outcome.RunId),
    };

    private static Link StartLink(string ns, string workflowId, string runId) => new()
    {
        WorkflowEvent = new()
        {
            Namespace = ns,
            WorkflowId = workflowId,
            RunId = runId,
            EventRef = new() { EventId = 1, EventType = EventType.WorkflowExecutionStarted },
        },
    };

    private async ValueTask<SignalWithStartWorkflowExecutionResponse> SignalWithStartAsync(SignalWithStartWorkflowExecutionRequest request)
    {
        var outcome = await engine.StartAsync(starts.ToOrder(request)).ConfigureAwait(false);
        return new SignalWithStartWorkflowExecutionResponse
        {
            RunId = outcome.RunId,
            FirstExecutionRunId = outcome.FirstRunId,
            Started = outcome.Started,
            SignalLink = SignalLink(request.Namespace, request.WorkflowId, outcome.RunId, request.RequestId),
        };
    }

    private async ValueTask<SignalWorkflowExecutionResponse> SignalAsync(SignalWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        var execution = RequestChecks.Execution(request.WorkflowExecution);
        if (request.SignalName.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("SignalName is not set on request.");
        }

        checks.Length(request.SignalName, "SignalName");
        checks.Length(request.RequestId, "RequestId");
        checks.BlobSize(request.Input);
        await engine.SignalAsync(ns.Id, execution, new SignalSpec(request.SignalName, request.Input, request.Identity, request.Header, request.RequestId)
        {
            Links = request.Links,
        }).ConfigureAwait(false);
        return new SignalWorkflowExecutionResponse
        {
            Link = request.RequestId.Length == 0 ? null : SignalLink(request.Namespace, execution.WorkflowId, execution.RunId, request.RequestId),
        };
    }

    private static Link SignalLink(string ns, string workflowId, string runId, string requestId) => new()
    {
        WorkflowEvent = new()
        {
            Namespace = ns,
            WorkflowId = workflowId,
            RunId = runId,
            RequestIdRef = new() { RequestId = requestId, EventType = EventType.WorkflowExecutionSignaled },
        },
    };

    private async ValueTask<RequestCancelWorkflowExecutionResponse> RequestCancelAsync(RequestCancelWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        await engine.RequestCancelAsync(
            ns.Id, RequestChecks.Execution(request.WorkflowExecution), request.FirstExecutionRunId, request.Reason, request.Identity).ConfigureAwait(false);
        return new RequestCancelWorkflowExecutionResponse();
    }

    private async ValueTask<TerminateWorkflowExecutionResponse> TerminateAsync(TerminateWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        checks.BlobSize(request.Details);
        await engine.TerminateAsync(
            ns.Id, RequestChecks.Execution(request.WorkflowExecution), request.FirstExecutionRunId,
            request.Reason.Length > 0 ? request.Reason : "terminated by user via frontend", request.Details, request.Identity, request.Links).ConfigureAwait(false);
        return new TerminateWorkflowExecutionResponse();
    }

    private async ValueTask<ResetStickyTaskQueueResponse> ResetStickyAsync(ResetStickyTaskQueueRequest request)
    {
        await engine.ResetStickyAsync(namespaces.Get(request.Namespace).Id, RequestChecks.Execution(request.Execution)).ConfigureAwait(false);
        return new ResetStickyTaskQueueResponse();
    }
}
