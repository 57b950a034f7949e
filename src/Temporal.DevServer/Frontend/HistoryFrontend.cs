using Google.Protobuf;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage.Records;
using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.Frontend;

/// <summary>Reading histories and asking workflows.</summary>
internal sealed class HistoryFrontend(NamespaceRegistry namespaces, HistoryEngine engine, RequestChecks checks)
{
    public void Map(ServiceMap map)
    {
        map.Add<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>("GetWorkflowExecutionHistory", ReadAsync);
        map.Add<GetWorkflowExecutionHistoryReverseRequest, GetWorkflowExecutionHistoryReverseResponse>("GetWorkflowExecutionHistoryReverse", ReadReverseAsync);
        map.Add<QueryWorkflowRequest, QueryWorkflowResponse>("QueryWorkflow", QueryAsync);
        map.Add<DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse>("DescribeWorkflowExecution", DescribeAsync);
    }

    private async ValueTask<GetWorkflowExecutionHistoryResponse> ReadAsync(GetWorkflowExecutionHistoryRequest request, GrpcServerCall call)
    {
        var ns = namespaces.Get(request.Namespace);
        var execution = RequestChecks.Execution(request.Execution);
        var closeOnly = request.HistoryEventFilterType == HistoryEventFilterType.CloseEvent;
        var query = new HistoryQuery(ns.Id, execution)
        {
            PageSize = request.MaximumPageSize,
            Wait = request.WaitNewEvent,
            LongestWait = call.Remaining - TimeSpan.FromSeconds(1),
            CloseEventOnly = closeOnly,
            WithUnstored = call.Header("client-name") is not ("temporal-cli" or "temporal-ui"),
            Token = Token(request.NextPageToken, execution),
        };
        HistoryPage page;
        try
        {
            page = await engine.ReadHistoryAsync(query, call.CancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw ServiceErrors.DeadlineExceeded();
        }

        var events = page.Events;
        if (closeOnly && events is [var close] && !FollowsRuns(call))
        {
            events = [AsContinued(close)];
        }

        return new GetWorkflowExecutionHistoryResponse
        {
            History = new HistoryMessage { Events = { events } },
            NextPageToken = page.Next?.ToByteString() ?? ByteString.Empty,
        };
    }

    private async ValueTask<GetWorkflowExecutionHistoryReverseResponse> ReadReverseAsync(GetWorkflowExecutionHistoryReverseRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        var execution = RequestChecks.Execution(request.Execution);
        var query = new HistoryQuery(ns.Id, execution) { PageSize = request.MaximumPageSize, Token = Token(request.NextPageToken, execution) };
        var page = await engine.ReadHistoryReverseAsync(query).ConfigureAwait(false);
        return new GetWorkflowExecutionHistoryReverseResponse
        {
            History = new HistoryMessage { Events = { page.Events } },
            NextPageToken = page.Next?.ToByteString() ?? ByteString.Empty,
        };
    }

    private static HistoryPageToken? Token(ByteString token, WorkflowExecution execution)
    {
        if (token.IsEmpty)
        {
            return null;
        }

        HistoryPageToken parsed;
        try
        {
            parsed = HistoryPageToken.Parser.ParseFrom(token);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw ServiceErrors.InvalidArgument("Invalid NextPageToken.");
        }

        if (!CommandValidation.IsRunId(parsed.RunId))
        {
            throw ServiceErrors.InvalidArgument("Invalid NextPageToken.");
        }

        return execution.RunId.Length == 0 || execution.RunId == parsed.RunId
            ? parsed
            : throw ServiceErrors.InvalidArgument("RunId in the request does not match the NextPageToken.");
    }

    private static bool FollowsRuns(GrpcServerCall call) =>
        call.Header("supported-features")?.Split(',').Contains("follows-next-run-id", StringComparer.Ordinal) == true;

    /// <summary>Clients that do not know of successors are told of one as a continue-as-new.</summary>
    private static HistoryEvent AsContinued(HistoryEvent close)
    {
        var completed = close.WorkflowExecutionCompletedEventAttributes;
        var failed = close.WorkflowExecutionFailedEventAttributes;
        var next = completed?.NewExecutionRunId ?? failed?.NewExecutionRunId ?? close.WorkflowExecutionTimedOutEventAttributes?.NewExecutionRunId ?? "";
        if (next.Length == 0)
        {
            return close;
        }

        return new HistoryEvent
        {
            EventId = close.EventId,
            EventTime = close.EventTime,
            EventType = EventType.WorkflowExecutionContinuedAsNew,
            Version = close.Version,
            TaskId = close.TaskId,
            WorkflowExecutionContinuedAsNewEventAttributes = new() { NewExecutionRunId = next, Failure = failed?.Failure, LastCompletionResult = completed?.Result },
        };
    }

    private async ValueTask<QueryWorkflowResponse> QueryAsync(QueryWorkflowRequest request, GrpcServerCall call)
    {
        var ns = namespaces.Get(request.Namespace);
        var execution = RequestChecks.Execution(request.Execution);
        if (request.Query is null)
        {
            throw ServiceErrors.InvalidArgument("WorkflowQuery is not set on request.");
        }

        if (request.Query.QueryType.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("QueryType is not set on request.");
        }

        checks.BlobSize(request.Query.QueryArgs);
        return await engine.QueryAsync(ns.Id, execution, request.Query, request.QueryRejectCondition, call.CancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DescribeWorkflowExecutionResponse> DescribeAsync(DescribeWorkflowExecutionRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        return await engine.DescribeAsync(ns.Id, RequestChecks.Execution(request.Execution), RunDescription.Of).ConfigureAwait(false);
    }
}
