using Google.Protobuf;
using Temporal.DevServer.History;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>
/// Activities without a workflow. This server has none: lists are empty, and starting or asking for one is refused once the request makes sense.
/// </summary>
internal sealed class StandaloneActivityFrontend(NamespaceRegistry namespaces, RequestChecks checks)
{
    public void Map(ServiceMap map)
    {
        map.Add<ListActivityExecutionsRequest, ListActivityExecutionsResponse>("ListActivityExecutions", r =>
        {
            namespaces.Get(r.Namespace);
            return new ListActivityExecutionsResponse();
        });
        map.Add<CountActivityExecutionsRequest, CountActivityExecutionsResponse>("CountActivityExecutions", r =>
        {
            namespaces.Get(r.Namespace);
            return new CountActivityExecutionsResponse();
        });
        map.Add<StartActivityExecutionRequest, StartActivityExecutionResponse>("StartActivityExecution", StartActivityExecutionResponse (r) =>
        {
            checks.TaskQueue(r.TaskQueue);
            throw Refusal(r.ActivityId, "");
        });
        Refuse<DescribeActivityExecutionRequest, DescribeActivityExecutionResponse>(map, "DescribeActivityExecution", r => (r.ActivityId, r.RunId));
        Refuse<PollActivityExecutionRequest, PollActivityExecutionResponse>(map, "PollActivityExecution", r => (r.ActivityId, r.RunId));
        Refuse<RequestCancelActivityExecutionRequest, RequestCancelActivityExecutionResponse>(map, "RequestCancelActivityExecution", r => (r.ActivityId, r.RunId));
        Refuse<TerminateActivityExecutionRequest, TerminateActivityExecutionResponse>(map, "TerminateActivityExecution", r => (r.ActivityId, r.RunId));
        Refuse<DeleteActivityExecutionRequest, DeleteActivityExecutionResponse>(map, "DeleteActivityExecution", r => (r.ActivityId, r.RunId));
    }

    private static void Refuse<TRequest, TResponse>(ServiceMap map, string name, Func<TRequest, (string ActivityId, string RunId)> names)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        map.Add<TRequest, TResponse>(name, new Func<TRequest, TResponse>(r => throw Refusal(names(r).ActivityId, names(r).RunId)));

    private static ServiceException Refusal(string activityId, string runId) =>
        activityId.Length == 0 ? ServiceErrors.InvalidArgument("activity ID is required")
        : runId.Length > 0 && !CommandValidation.IsRunId(runId) ? ServiceErrors.InvalidArgument("invalid run id: must be a valid UUID")
        : ServiceErrors.Unimplemented("Standalone activity is disabled");
}
