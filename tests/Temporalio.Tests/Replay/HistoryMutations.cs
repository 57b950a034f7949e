using Google.Protobuf;
using Google.Protobuf.Reflection;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporalio.Tests.Replay;

/// <summary>Changes a history in one place, and keeps it a well-formed one: ids without gaps, references that point to what they meant.</summary>
internal static class HistoryMutations
{
    private static readonly HashSet<EventType> Commands =
    [
        EventType.ActivityTaskScheduled, EventType.ActivityTaskCancelRequested, EventType.TimerStarted, EventType.TimerCanceled,
        EventType.StartChildWorkflowExecutionInitiated, EventType.SignalExternalWorkflowExecutionInitiated,
        EventType.RequestCancelExternalWorkflowExecutionInitiated, EventType.WorkflowPropertiesModified,
    ];

    /// <summary>Kinds whose commands carry an id or type of their own that replay compares.</summary>
    private static readonly HashSet<EventType> Identified =
        [EventType.ActivityTaskScheduled, EventType.TimerStarted, EventType.TimerCanceled, EventType.StartChildWorkflowExecutionInitiated];

    /// <summary>Each command taken out, with what followed from it.</summary>
    public static IEnumerable<(string What, List<HistoryEvent> Events)> CommandRemoved(IReadOnlyList<HistoryEvent> events) =>
        events.Where(e => Commands.Contains(e.EventType)).Select(e => ($"{e.EventType} {e.EventId} removed", Remove(events, e.EventId)));

    /// <summary>Each pair of neighbouring commands in the other order.</summary>
    public static IEnumerable<(string What, List<HistoryEvent> Events)> CommandsSwapped(IReadOnlyList<HistoryEvent> events)
    {
        for (var i = 0; i + 1 < events.Count; i++)
        {
            var (a, b) = (events[i].EventType, events[i + 1].EventType);
            if (Commands.Contains(a) && Commands.Contains(b) && (a != b || Identified.Contains(a)))
            {
                var copy = Copy(events);
                (copy[i], copy[i + 1]) = (copy[i + 1], copy[i]);
                yield return ($"{a} {events[i].EventId} and {b} {events[i + 1].EventId} swapped", Renumber(copy));
            }
        }
    }

    /// <summary>Each activity, child or timer under another name.</summary>
    public static IEnumerable<(string What, List<HistoryEvent> Events)> Renamed(IReadOnlyList<HistoryEvent> events) => Changed(events, "renamed", e =>
    {
        switch (e.EventType)
        {
            case EventType.ActivityTaskScheduled:
                e.ActivityTaskScheduledEventAttributes.ActivityType.Name += "X";
                return true;
            case EventType.StartChildWorkflowExecutionInitiated:
                e.StartChildWorkflowExecutionInitiatedEventAttributes.WorkflowType.Name += "X";
                return true;
            case EventType.TimerStarted:
                e.TimerStartedEventAttributes.TimerId += "0";
                return true;
            default:
                return false;
        }
    });

    /// <summary>Arguments of commands changed, which no SDK compares: code may compute them as it likes.</summary>
    public static IEnumerable<(string What, List<HistoryEvent> Events)> CommandArgumentChanged(IReadOnlyList<HistoryEvent> events) => Changed(events, "given other arguments", e =>
    {
        var input = e.EventType == EventType.ActivityTaskScheduled ? e.ActivityTaskScheduledEventAttributes.Input : null;
        input?.Payloads_.Add(Json("{}"));
        return input is not null;
    });

    /// <summary>The first argument of the workflow as a list of lists, which no scenario takes.</summary>
    public static List<HistoryEvent> ArgumentTypeChanged(IReadOnlyList<HistoryEvent> events)
    {
        var copy = Copy(events);
        copy[0].WorkflowExecutionStartedEventAttributes.Input.Payloads_[0] = Json("[[[true]]]");
        return copy;
    }

    private static Payload Json(string text) => new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFromUtf8(text) };

    private static IEnumerable<(string What, List<HistoryEvent> Events)> Changed(IReadOnlyList<HistoryEvent> events, string how, Func<HistoryEvent, bool> change)
    {
        for (var i = 0; i < events.Count; i++)
        {
            var copy = Copy(events);
            if (change(copy[i]))
            {
                yield return ($"{events[i].EventType} {events[i].EventId} {how}", copy);
            }
        }
    }

    private static List<HistoryEvent> Copy(IReadOnlyList<HistoryEvent> events) => [.. events.Select(e => e.Clone())];

    private static List<HistoryEvent> Remove(IReadOnlyList<HistoryEvent> events, long id)
    {
        var gone = new HashSet<long> { id };
        foreach (var e in events.Where(e => References(e).Any(r => gone.Contains(r.Id))))
        {
            gone.Add(e.EventId);
        }

        return Renumber([.. Copy(events).Where(e => !gone.Contains(e.EventId))]);
    }

    /// <summary>Counts ids anew and lets references follow.</summary>
    private static List<HistoryEvent> Renumber(List<HistoryEvent> events)
    {
        var ids = events.Select((e, i) => (e.EventId, New: i + 1L)).ToDictionary(p => p.EventId, p => p.New);
        foreach (var e in events)
        {
            foreach (var (attributes, field, id) in References(e, all: true).ToList())
            {
                field.Accessor.SetValue(attributes, ids.GetValueOrDefault(id));
            }

            e.EventId = ids[e.EventId];
        }

        return events;
    }

    private static IEnumerable<(IMessage Attributes, FieldDescriptor Field, long Id)> References(HistoryEvent e, bool all = false)
    {
        var chosen = HistoryEvent.Descriptor.Oneofs.Single(o => o.Name == "attributes").Accessor.GetCaseFieldDescriptor(e);
        if (chosen?.Accessor.GetValue(e) is not IMessage attributes)
        {
            return [];
        }

        return attributes.Descriptor.Fields.InDeclarationOrder()
            .Where(f => f.FieldType == FieldType.Int64 && !f.IsRepeated && f.Name.EndsWith("event_id", StringComparison.Ordinal) && !f.Name.StartsWith("parent_", StringComparison.Ordinal))
            .Where(f => all || f.Name != "workflow_task_completed_event_id")
            .Select(f => (attributes, f, (long)f.Accessor.GetValue(attributes)))
            .Where(r => r.Item3 > 0);
    }
}
