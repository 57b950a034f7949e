using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Common;

namespace Orchestrator.Cli.Runs;

/// <summary>A run's steps as its Temporal history tells them.</summary>
internal sealed record RunHistory(string WorkflowId, string RunId, string Status, DateTimeOffset StartedAt, DateTimeOffset? ClosedAt, string? Failure, IReadOnlyList<RunStep> Steps)
{
    public static RunHistory Read(WorkflowHistory history)
    {
        var steps = new SortedDictionary<long, RunStep>();
        var started = new Dictionary<long, HistoryEvent>();
        HistoryEvent? first = null, last = null;
        foreach (var e in history.Events)
        {
            first ??= e;
            last = e;
            switch (e.AttributesCase)
            {
                case HistoryEvent.AttributesOneofCase.ActivityTaskScheduledEventAttributes:
                    steps[e.EventId] = new RunStep(e.ActivityTaskScheduledEventAttributes.ActivityType.Name, Summary(e), "running", null, At(e.EventTime), null, null);
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
                    // Other events are not steps of a run.
                    break;
            }
        }

        var (status, failure, closed) = End(last!);
        return new RunHistory(
            history.Id,
            first!.WorkflowExecutionStartedEventAttributes.OriginalExecutionRunId,
            status,
            At(first.EventTime),
            closed ? At(last!.EventTime) : null,
            failure,
            [.. steps.Values]);

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
            };
        }
    }

    private static (string Status, string? Failure, bool Closed) End(HistoryEvent last) => last.EventType switch
    {
        EventType.WorkflowExecutionCompleted => ("completed", null, true),
        EventType.WorkflowExecutionFailed => ("failed", Innermost(last.WorkflowExecutionFailedEventAttributes.Failure), true),
        EventType.WorkflowExecutionTimedOut => ("timed out", null, true),
        EventType.WorkflowExecutionCanceled => ("cancelled", null, true),
        EventType.WorkflowExecutionTerminated => ("terminated", last.WorkflowExecutionTerminatedEventAttributes.Reason, true),
        _ => ("running", null, false),
    };

    private static string Innermost(Failure failure)
    {
        while (failure.Cause is { } cause)
        {
            failure = cause;
        }

        return failure.Message;
    }

    private static string? Summary(HistoryEvent e) =>
        e.UserMetadata?.Summary?.Data is { IsEmpty: false } data ? JsonSerializer.Deserialize<string>(data.Span) : null;

    private static DateTimeOffset At(Timestamp time) => time.ToDateTimeOffset();
}

/// <summary>One step: an activity, from its first schedule to its end, retries included.</summary>
internal sealed record RunStep(string Step, string? Dataset, string Outcome, int? Attempt, DateTimeOffset StartedAt, TimeSpan? Took, string? Failure);
