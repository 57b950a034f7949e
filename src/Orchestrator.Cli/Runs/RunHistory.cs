using Google.Protobuf.WellKnownTypes;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Common;

namespace Orchestrator.Cli.Runs;

/// <summary>A run's steps as its Temporal history tells them, or the lake's record once the service has deleted that.</summary>
internal sealed record RunHistory(string WorkflowId, string RunId, string Status, DateTimeOffset StartedAt, DateTimeOffset? ClosedAt, string? Failure, IReadOnlyList<RecordedStep> Steps)
{
    /// <summary>What the lake keeps of the window that it is; null for every other workflow.</summary>
    public WindowState? Window { get; init; }

    public static RunHistory Read(WorkflowHistory history)
    {
        var (first, last) = (history.Events.First(), history.Events.Last());
        var runId = first.WorkflowExecutionStartedEventAttributes.OriginalExecutionRunId;
        var (status, failure, closed) = End(last);
        return new RunHistory(history.Id, runId, status, At(first.EventTime), closed ? At(last.EventTime) : null, failure, WorkflowFacts.Read(history, runId, "run").Steps);
    }

    /// <summary>The same with what the service knows of steps that go on: how often they were tried, and why the last try failed.</summary>
    /// <param name="history">The history that this was read from.</param>
    /// <param name="pending">Activities that have not ended.</param>
    public RunHistory With(WorkflowHistory history, IReadOnlyCollection<PendingActivityInfo> pending)
    {
        var known = pending.ToDictionary(p => p.ActivityId, StringComparer.Ordinal);
        var ids = history.Events.Where(e => e.EventType is EventType.ActivityTaskScheduled).Select(e => e.ActivityTaskScheduledEventAttributes.ActivityId);
        return this with
        {
            Steps =
            [
                .. Steps.Zip(ids, (step, id) => step.Outcome == "running" && known.TryGetValue(id, out var now)
                    ? step with { Attempt = now.Attempt, Failure = now.LastFailure is { } failure ? WorkflowFacts.Innermost(failure) : null }
                    : step),
            ],
        };
    }

    public static RunHistory Of(RecordedRun run)
    {
        var (entry, failed) = (run.Entry, run.Entry.Result.Status is RunStatus.Failed);
        return new RunHistory(entry.Result.Request.WorkflowId, entry.RunId, failed ? "failed" : "completed", entry.StartedAt, entry.EndedAt, failed ? entry.Result.Reason : null, run.Steps);
    }

    private static (string Status, string? Failure, bool Closed) End(HistoryEvent last) => last.EventType switch
    {
        EventType.WorkflowExecutionCompleted => ("completed", null, true),
        EventType.WorkflowExecutionFailed => ("failed", WorkflowFacts.Innermost(last.WorkflowExecutionFailedEventAttributes.Failure), true),
        EventType.WorkflowExecutionTimedOut => ("timed out", null, true),
        EventType.WorkflowExecutionCanceled => ("cancelled", null, true),
        EventType.WorkflowExecutionTerminated => ("terminated", last.WorkflowExecutionTerminatedEventAttributes.Reason, true),
        _ => ("running", null, false),
    };

    private static DateTimeOffset At(Timestamp time) => time.ToDateTimeOffset();
}
