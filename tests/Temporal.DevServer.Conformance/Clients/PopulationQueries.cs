using System.Globalization;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Query.V1;

namespace Temporal.DevServer.Conformance.Clients;

/// <summary>What the workflows of the population answer to queries.</summary>
public static class PopulationQueries
{
    private const string Known = "[__enhanced_stack_trace __stack_trace __temporal_workflow_metadata fail_query get_count]";

    /// <summary>The answer to a query, from the history alone.</summary>
    public static WorkflowQueryResult Answer(string type, IReadOnlyList<HistoryEvent> history) => type switch
    {
        "get_count" => Answered(Count(history).ToString(CultureInfo.InvariantCulture)),
        "__stack_trace" => Answered("\"worker.py, line 1\""),
        "__temporal_workflow_metadata" => Answered("""{"definition":{"type":"LongRunning"}}"""),
        "fail_query" => Failed("query went wrong"),
        _ => Failed($"Query handler for '{type}' expected but not found, known queries: {Known}"),
    };

    /// <summary>The sum of the signals <c>add</c> and of the updates <c>add_and_get</c>.</summary>
    public static int Count(IReadOnlyList<HistoryEvent> history) => history.Sum(e =>
    {
        var args = e.WorkflowExecutionSignaledEventAttributes is { SignalName: "add" } signal ? signal.Input
            : e.WorkflowExecutionUpdateAcceptedEventAttributes?.AcceptedRequest is { Input.Name: "add_and_get" } update ? update.Input.Args
            : null;
        return int.TryParse(args?.Payloads_.FirstOrDefault()?.Data.ToStringUtf8(), out var n) ? n : 0;
    });

    /// <summary>A payload of JSON.</summary>
    public static Payload Json(string json) =>
        new() { Data = ByteString.CopyFromUtf8(json), Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") } };

    private static WorkflowQueryResult Answered(string json) =>
        new() { ResultType = QueryResultType.Answered, Answer = new() { Payloads_ = { Json(json) } } };

    private static WorkflowQueryResult Failed(string message) =>
        new() { ResultType = QueryResultType.Failed, ErrorMessage = message, Failure = new Failure { Message = message } };
}
