using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Policy = Temporalio.Api.Enums.V1.ParentClosePolicy;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Whether the server has done all it can do without workers, clients and time.</summary>
internal static class Settled
{
    /// <summary>What is still under way in a family, or null.</summary>
    public static string? Missing(IReadOnlyDictionary<string, Member> members, HeldActivities activities, DateTimeOffset now) =>
        members.Values.Select(m => Missing(m, members, activities, now)).FirstOrDefault(m => m is not null);

    private static string? Missing(Member member, IReadOnlyDictionary<string, Member> members, HeldActivities activities, DateTimeOffset now)
    {
        var closed = member.IsOpen ? member.Runs.SkipLast(1) : member.Runs;
        if (closed.SelectMany(r => r.Events).Where(e => e.StartChildWorkflowExecutionInitiatedEventAttributes is not null)
            .Select(e => MissingAfterClose(member, e, members)).FirstOrDefault(m => m is not null) is { } unaware)
        {
            return unaware;
        }

        if (closed.SelectMany(r => r.Events).Select(e => MissingRequest(member, e, members)).FirstOrDefault(m => m is not null) is { } unheard)
        {
            return unheard;
        }

        if (!member.IsOpen)
        {
            return null;
        }

        if (member.LastTask is null or EventType.WorkflowTaskStarted)
        {
            return $"{member.Name} has no workflow task or one at work";
        }

        if (member.DueTimes().Any(d => d <= now))
        {
            return $"a timer of {member.Name} is due";
        }

        if (member.OpenActivities().FirstOrDefault(a => activities.Token(member.RunId, a.ActivityId) is null) is { ActivityId: { } waiting })
        {
            return $"activity {waiting} of {member.Name} has not started";
        }

        return member.Events.Select(e => MissingAnswer(member, e, members)).FirstOrDefault(m => m is not null);
    }

    private static string? MissingAnswer(Member member, HistoryEvent e, IReadOnlyDictionary<string, Member> members)
    {
        var id = e.EventId;
        var answered = e.EventType switch
        {
            EventType.StartChildWorkflowExecutionInitiated => member.Events.Any(o =>
                o.ChildWorkflowExecutionStartedEventAttributes?.InitiatedEventId == id || o.StartChildWorkflowExecutionFailedEventAttributes?.InitiatedEventId == id),
            EventType.SignalExternalWorkflowExecutionInitiated => member.Events.Any(o =>
                o.ExternalWorkflowExecutionSignaledEventAttributes?.InitiatedEventId == id || o.SignalExternalWorkflowExecutionFailedEventAttributes?.InitiatedEventId == id),
            EventType.RequestCancelExternalWorkflowExecutionInitiated => member.Events.Any(o =>
                o.ExternalWorkflowExecutionCancelRequestedEventAttributes?.InitiatedEventId == id || o.RequestCancelExternalWorkflowExecutionFailedEventAttributes?.InitiatedEventId == id),
            EventType.ChildWorkflowExecutionStarted => !members.TryGetValue(e.ChildWorkflowExecutionStartedEventAttributes.WorkflowExecution.WorkflowId, out var child)
                ? false
                : child.IsOpen || member.Events.Any(o => Ended(o) == e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId),
            _ => true,
        };
        return answered ? null : $"event {id} {e.EventType} of {member.Name} has no answer";
    }

    private static long? Ended(HistoryEvent e) =>
        e.ChildWorkflowExecutionCompletedEventAttributes?.InitiatedEventId ?? e.ChildWorkflowExecutionFailedEventAttributes?.InitiatedEventId
        ?? e.ChildWorkflowExecutionCanceledEventAttributes?.InitiatedEventId ?? e.ChildWorkflowExecutionTerminatedEventAttributes?.InitiatedEventId;

    // What a run asked of another in the task that ended it has no answer in its own history.
    private static string? MissingRequest(Member sender, HistoryEvent e, IReadOnlyDictionary<string, Member> members)
    {
        var target = e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes?.WorkflowExecution ?? e.SignalExternalWorkflowExecutionInitiatedEventAttributes?.WorkflowExecution;
        if (target is null || !members.TryGetValue(target.WorkflowId, out var receiver) || !receiver.IsOpen)
        {
            return null;
        }

        var events = receiver.Runs.SelectMany(r => r.Events);
        var heard = e.EventType == EventType.RequestCancelExternalWorkflowExecutionInitiated
            ? events.Any(o => o.EventType == EventType.WorkflowExecutionCancelRequested)
            : events.Count(o => o.WorkflowExecutionSignaledEventAttributes?.ExternalWorkflowExecution?.WorkflowId == sender.Id)
                >= sender.Runs.SelectMany(r => r.Events).Count(o => o.SignalExternalWorkflowExecutionInitiatedEventAttributes?.WorkflowExecution.WorkflowId == target.WorkflowId);
        return heard ? null : $"{sender.Name} ended, {receiver.Name} has not got event {e.EventId} {e.EventType}";
    }

    private static string? MissingAfterClose(Member parent, HistoryEvent e, IReadOnlyDictionary<string, Member> members)
    {
        var initiated = e.StartChildWorkflowExecutionInitiatedEventAttributes;
        var followed = !members.TryGetValue(initiated.WorkflowId, out var child) || !child.IsOpen || initiated.ParentClosePolicy switch
        {
            Policy.Terminate => false,
            Policy.RequestCancel => child.Events.Any(o => o.EventType == EventType.WorkflowExecutionCancelRequested),
            _ => true,
        };
        return followed ? null : $"{parent.Name} ended, {child!.Name} does not know";
    }
}
