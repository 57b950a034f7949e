using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Recording;

/// <summary>What a workflow's history tells that outlives it: its steps, what started it, and who did what to it with whatever client.</summary>
/// <param name="Parent">Workflow that started it; null when a client did.</param>
/// <param name="Steps">Its steps, in order.</param>
/// <param name="Deeds">Who did what to it, in order.</param>
public sealed record WorkflowFacts(string? Parent, IReadOnlyList<RecordedStep> Steps, IReadOnlyList<Deed> Deeds)
{
    /// <summary>What made its parent start it, as the memo <c>by</c> says: <c>schedule</c>, <c>arrival</c>, <c>data</c>; null when it does not.</summary>
    public string? By { get; init; }

    /// <summary>Messages between workflows of the product: nobody's deed.</summary>
    private static readonly HashSet<string> Internal = new(StringComparer.Ordinal) { "proceed", "run-held" };

    /// <summary>Nothing is known.</summary>
    public static WorkflowFacts None { get; } = new(null, [], []);

    /// <summary>Reads a workflow's history; none when the service does not give it: what is recorded then lacks the steps and nothing else.</summary>
    public static async Task<WorkflowFacts> FetchAsync(ITemporalClient client, string workflowId, string runId, string kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            return Read(await client.GetWorkflowHandle(workflowId, runId).FetchHistoryAsync(new WorkflowHistoryEventFetchOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } }), runId, kind);
        }
        catch (RpcException e) when (e.Code is not RpcException.StatusCode.Cancelled)
        {
            return None;
        }
    }

    /// <summary>Reads a history.</summary>
    /// <param name="history">The history.</param>
    /// <param name="runId">Its run id.</param>
    /// <param name="kind">First word of actions: <c>run</c>, <c>backfill</c>.</param>
    public static WorkflowFacts Read(WorkflowHistory history, string runId, string kind)
    {
        ArgumentNullException.ThrowIfNull(history);
        var steps = new SortedDictionary<long, RecordedStep>();
        var started = new Dictionary<long, HistoryEvent>();
        var deeds = new List<Deed>();
        var (parent, by) = ((string?)null, (string?)null);
        foreach (var e in history.Events)
        {
            switch (e.AttributesCase)
            {
                case HistoryEvent.AttributesOneofCase.WorkflowExecutionStartedEventAttributes:
                    var start = e.WorkflowExecutionStartedEventAttributes;
                    parent = start.ParentWorkflowExecution?.WorkflowId is { Length: > 0 } id ? id : null;
                    by = start.Memo?.Fields.TryGetValue("by", out var said) == true && IsPlain(said) ? JsonSerializer.Deserialize<string>(said.Data.Span) : null;
                    if (string.IsNullOrEmpty(start.ContinuedExecutionRunId))
                    {
                        Add(e, parent ?? start.Identity, "start", null);
                    }

                    break;
                case HistoryEvent.AttributesOneofCase.WorkflowExecutionUpdateAcceptedEventAttributes:
                    var update = e.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequest;
                    if (update is not null)
                    {
                        Add(e, update.Meta?.Identity, update.Input?.Name ?? "", update.Input?.Args);
                    }

                    break;
                case HistoryEvent.AttributesOneofCase.WorkflowExecutionSignaledEventAttributes when !Internal.Contains(e.WorkflowExecutionSignaledEventAttributes.SignalName):
                    Add(e, e.WorkflowExecutionSignaledEventAttributes.Identity, e.WorkflowExecutionSignaledEventAttributes.SignalName, e.WorkflowExecutionSignaledEventAttributes.Input);
                    break;
                case HistoryEvent.AttributesOneofCase.WorkflowExecutionCancelRequestedEventAttributes:
                    Add(e, e.WorkflowExecutionCancelRequestedEventAttributes.Identity, "cancel", null);
                    break;
                case HistoryEvent.AttributesOneofCase.ActivityTaskScheduledEventAttributes:
                    steps[e.EventId] = new RecordedStep(e.ActivityTaskScheduledEventAttributes.ActivityType.Name, Summary(e), "running", null, At(e.EventTime), null, null);
                    break;
                case HistoryEvent.AttributesOneofCase.ActivityTaskStartedEventAttributes:
                    started[e.ActivityTaskStartedEventAttributes.ScheduledEventId] = e;
                    break;
                case HistoryEvent.AttributesOneofCase.ActivityTaskCompletedEventAttributes:
                    Close(e.ActivityTaskCompletedEventAttributes.ScheduledEventId, e, "done", null);
                    break;
                case HistoryEvent.AttributesOneofCase.ActivityTaskFailedEventAttributes:
                    Close(e.ActivityTaskFailedEventAttributes.ScheduledEventId, e, "failed", e.ActivityTaskFailedEventAttributes.Failure);
                    break;
                case HistoryEvent.AttributesOneofCase.ActivityTaskTimedOutEventAttributes:
                    Close(e.ActivityTaskTimedOutEventAttributes.ScheduledEventId, e, "timed out", e.ActivityTaskTimedOutEventAttributes.Failure);
                    break;
                case HistoryEvent.AttributesOneofCase.ActivityTaskCanceledEventAttributes:
                    Close(e.ActivityTaskCanceledEventAttributes.ScheduledEventId, e, "cancelled", null);
                    break;
                default:
                    // Other events are neither steps nor deeds.
                    break;
            }
        }

        return new WorkflowFacts(parent, [.. steps.Values], deeds) { By = by };

        void Add(HistoryEvent e, string? actor, string action, Payloads? said) =>
            deeds.Add(new Deed($"{history.Id}/{runId}/{e.EventId}", At(e.EventTime), actor is { Length: > 0 } ? actor : "unknown", $"{kind}.{action}", history.Id, Words(said)));

        void Close(long scheduledId, HistoryEvent e, string outcome, Failure? cause)
        {
            var begin = started.GetValueOrDefault(scheduledId);
            steps[scheduledId] = steps[scheduledId] with
            {
                Outcome = outcome,
                Attempt = begin?.ActivityTaskStartedEventAttributes.Attempt,
                StartedAt = At((begin ?? e).EventTime),
                Took = At(e.EventTime) - At((begin ?? e).EventTime),
                Failure = cause is null ? null : Innermost(cause),
                Worker = begin?.ActivityTaskStartedEventAttributes.Identity,
            };
        }
    }

    /// <summary>The words of the failure at the bottom.</summary>
    public static string Innermost(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        while (failure.Cause is { } cause)
        {
            failure = cause;
        }

        return failure.Message;
    }

    /// <summary>What was said, when it can be read: encrypted arguments stay so.</summary>
    private static string? Words(Payloads? said)
    {
        if (said is not { Payloads_.Count: > 0 } || !said.Payloads_.All(IsPlain))
        {
            return null;
        }

        return "[" + string.Join(",", said.Payloads_.Select(p => Encoding.UTF8.GetString(p.Data.Span))) + "]";
    }

    private static bool IsPlain(Payload payload) => payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.ToStringUtf8() is "json/plain";

    private static string? Summary(HistoryEvent e) =>
        e.UserMetadata?.Summary?.Data is { IsEmpty: false } data ? JsonSerializer.Deserialize<string>(data.Span) : null;

    private static DateTimeOffset At(Timestamp time) => time.ToDateTimeOffset();
}
