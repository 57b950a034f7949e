using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>What a family of workflows did in one mode.</summary>
internal sealed record FamilyRecord(string Id, Mode Mode, IReadOnlyList<string> Trace, SortedDictionary<string, IReadOnlyList<HistoryEvent>> Histories)
{
    /// <summary>What the first workflow is called in every mode.</summary>
    public const string Root = "root";

    /// <summary>The workflow whose history has a name.</summary>
    public string WorkflowId(string name) => $"{Id}{name[Root.Length..name.IndexOf('/', StringComparison.Ordinal)]}";

    /// <summary>The first thing that differs from another mode's, or null.</summary>
    /// <exception cref="AnswersRacedException">It is only the order in which the server's answers to one task came.</exception>
    public string? DifferenceFrom(FamilyRecord other)
    {
        if (Differ(Trace, other.Trace) is { } trace)
        {
            return $"trace: {trace}";
        }

        if (!Histories.Keys.SequenceEqual(other.Histories.Keys))
        {
            return $"histories: {string.Join(' ', Histories.Keys)} and {string.Join(' ', other.Histories.Keys)}";
        }

        // Workers that leave take their queue along, which costs the server tasks of its own.
        var withTasks = Mode is Mode.Cached or Mode.Uncached or Mode.Evicted;
        foreach (var (name, events) in Histories)
        {
            if (Differ(Types(events, withTasks), Types(other.Histories[name], withTasks)) is { } types)
            {
                return $"history of {name}: {types}";
            }
        }

        return null;
    }

    private static string? Differ(IReadOnlyList<string> ours, IReadOnlyList<string> theirs)
    {
        for (var i = 0; i < Math.Max(ours.Count, theirs.Count); i++)
        {
            var (mine, other) = (ours.ElementAtOrDefault(i), theirs.ElementAtOrDefault(i));
            if (mine != other)
            {
                if (mine is not null && other is not null && IsAnswer(mine) && IsAnswer(other))
                {
                    throw new AnswersRacedException($"'{mine}' and '{other}' came in another order.");
                }

                return $"at {i} '{mine}' instead of '{other}'\n  {string.Join("\n  ", ours.Take(i + 3).Skip(i - 6))}\ninstead of\n  {string.Join("\n  ", theirs.Take(i + 3).Skip(i - 6))}";
            }
        }

        return null;
    }

    /// <summary>What the server hears from other workflows, which of several first nobody decides, and the task that the first of them brings.</summary>
    private static bool IsAnswer(string type) => type is nameof(EventType.ChildWorkflowExecutionStarted) or nameof(EventType.StartChildWorkflowExecutionFailed)
        or nameof(EventType.ExternalWorkflowExecutionSignaled) or nameof(EventType.SignalExternalWorkflowExecutionFailed)
        or nameof(EventType.ExternalWorkflowExecutionCancelRequested) or nameof(EventType.RequestCancelExternalWorkflowExecutionFailed)
        or nameof(EventType.WorkflowTaskScheduled);

    private static List<string> Types(IReadOnlyList<HistoryEvent> events, bool withTasks) =>
        [.. events.Where(e => withTasks || !IsTask(e.EventType)).Select(Text)];

    private static bool IsTask(EventType type) => type is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted or EventType.WorkflowTaskCompleted
        or EventType.WorkflowTaskTimedOut or EventType.WorkflowTaskFailed;

    // Results are part of the promise; ids of events and runs are not.
    private static string Text(HistoryEvent e) => e.EventType switch
    {
        EventType.WorkflowExecutionCompleted => $"{e.EventType} {e.WorkflowExecutionCompletedEventAttributes.Result}",
        EventType.WorkflowExecutionFailed => $"{e.EventType} {e.WorkflowExecutionFailedEventAttributes.Failure.Message}",
        EventType.WorkflowExecutionUpdateCompleted => $"{e.EventType} {e.WorkflowExecutionUpdateCompletedEventAttributes.Outcome.Success}",
        EventType.ActivityTaskScheduled => $"{e.EventType} {e.ActivityTaskScheduledEventAttributes.ActivityId} {e.ActivityTaskScheduledEventAttributes.Input}",
        EventType.TimerStarted => $"{e.EventType} {e.TimerStartedEventAttributes.TimerId} {e.TimerStartedEventAttributes.StartToFireTimeout}",
        EventType.MarkerRecorded => $"{e.EventType} {e.MarkerRecordedEventAttributes.MarkerName}",
        _ => e.EventType.ToString(),
    };
}
