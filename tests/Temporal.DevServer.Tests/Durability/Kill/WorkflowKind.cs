using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.Tests.Durability.Kill;

/// <summary>One thing that a workflow does, told from its history: which commands it needs, and whether it is over.</summary>
/// <param name="Begin">The commands that begin it; none for a step that only waits.</param>
/// <param name="HasBegun">Whether history holds those commands' events.</param>
/// <param name="IsOver">Whether the workflow may go on.</param>
internal sealed record Step(Func<IEnumerable<Command>> Begin, Func<IReadOnlyList<HistoryEvent>, bool> HasBegun, Func<IReadOnlyList<HistoryEvent>, bool> IsOver);

/// <summary>Twenty kinds of workflows, as steps. What clients send to each is counted by signals and updates.</summary>
internal sealed record WorkflowKind(string Name, IReadOnlyList<Step> Steps)
{
    /// <summary>Signals that the workflow waits for.</summary>
    public int Signals { get; init; }

    /// <summary>Updates that the workflow waits for.</summary>
    public int Updates { get; init; }

    /// <summary>The workflow waits to be cancelled.</summary>
    public bool Cancel { get; init; }

    /// <summary>Fails its first attempt and is tried again.</summary>
    public bool FailsFirst { get; init; }

    /// <summary>How often it continues as new.</summary>
    public int Continues { get; init; }

    public static IReadOnlyList<WorkflowKind> All { get; } =
    [
        new("activity", [Activity("ok")]),
        new("activity-retried", [Activity("fail-twice")]),
        new("activities-parallel", [Activities("ok", 5)]),
        new("activities-sequence", [Activity("ok", "a"), Activity("ok", "b"), Activity("ok", "c"), Activity("ok", "d")]),
        new("timer", [Timer("t", 50)]),
        new("timer-activity-timer", [Timer("t", 20), Activity("ok"), Timer("u", 20)]),
        new("signal", [Signaled(1)]) { Signals = 1 },
        new("signals", [Signaled(3), Activity("ok")]) { Signals = 3 },
        new("update", [Updated(1)]) { Updates = 1 },
        new("updates-activity", [Updated(2), Activity("ok")]) { Updates = 2 },
        new("child", [Child(ParentClosePolicy.Terminate)]),
        new("child-abandoned", [Child(ParentClosePolicy.Abandon), Timer("t", 20)]),
        new("signal-and-update", [Signaled(2), Updated(1)]) { Signals = 2, Updates = 1 },
        new("continue-as-new", [Activity("ok")]) { Continues = 2 },
        new("marker", [Marker(), Activity("ok")]),
        new("attributes", [Upsert(), Activity("ok")]),
        new("heartbeat", [Activity("heartbeat")]),
        new("activity-lost", [Activity("lost-once")]),
        new("workflow-retry", [Activity("ok")]) { FailsFirst = true },
        new("cancelled", [Cancelled()]) { Cancel = true },
    ];

    /// <summary>What the worker answers to a task with this history.</summary>
    public IReadOnlyList<Command> Next(IReadOnlyList<HistoryEvent> events, string workflowId)
    {
        var commands = new List<Command>();
        foreach (var step in Steps)
        {
            if (!step.HasBegun(events))
            {
                commands.AddRange(step.Begin());
            }

            if (!step.IsOver(events))
            {
                return [.. commands.Select(c => Named(c, workflowId))];
            }
        }

        var start = events[0].WorkflowExecutionStartedEventAttributes;
        var round = start.Input is { Payloads_.Count: > 0 } input ? input.Payloads_[0].Data.ToStringUtf8().Length - 2 : 0;
        if (FailsFirst && start.Attempt == 1)
        {
            return [new Command { CommandType = CommandType.FailWorkflowExecution, FailWorkflowExecutionCommandAttributes = new() { Failure = new() { Message = "first", ApplicationFailureInfo = new() { Type = "First" } } } }];
        }

        return round < Continues
            ? [new Command
            {
                CommandType = CommandType.ContinueAsNewWorkflowExecution,
                ContinueAsNewWorkflowExecutionCommandAttributes = new() { WorkflowType = new() { Name = Name }, Input = Commands.Json(new string('x', round + 1)) },
            }]
            : [Commands.Complete()];
    }

    /// <summary>Children have ids of their own.</summary>
    private static Command Named(Command command, string workflowId)
    {
        if (command.StartChildWorkflowExecutionCommandAttributes is { } child)
        {
            child.WorkflowId = $"{workflowId}-child";
        }

        return command;
    }

    private static Step Activity(string behaviour, string id = "1") => Activities(behaviour, 1, id);

    private static Step Activities(string behaviour, int count, string id = "1") => new(
        () => Enumerable.Range(0, count).Select(n => Scheduled(behaviour, $"{id}-{n}")),
        events => events.Any(e => e.ActivityTaskScheduledEventAttributes?.ActivityId == $"{id}-0"),
        events =>
        {
            var own = events.Where(e => e.ActivityTaskScheduledEventAttributes?.ActivityId.StartsWith($"{id}-", StringComparison.Ordinal) == true).Select(e => e.EventId).ToHashSet();
            return events.Count(e => e.ActivityTaskCompletedEventAttributes is { } done && own.Contains(done.ScheduledEventId)) == count;
        });

    private static Command Scheduled(string behaviour, string id)
    {
        var command = Commands.Activity(
            id, startToClose: TimeSpan.FromSeconds(2), retry: new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(20)) });
        command.ScheduleActivityTaskCommandAttributes.ActivityType.Name = behaviour;
        return command;
    }

    private static Step Timer(string id, int milliseconds) => new(
        () => [Commands.Timer(id, TimeSpan.FromMilliseconds(milliseconds))],
        events => events.Any(e => e.TimerStartedEventAttributes?.TimerId == id),
        events => events.Any(e => e.TimerFiredEventAttributes?.TimerId == id));

    private static Step Signaled(int count) => new(
        () => [], _ => true, events => events.Count(e => e.EventType == EventType.WorkflowExecutionSignaled) >= count);

    private static Step Updated(int count) => new(
        () => [], _ => true, events => events.Count(e => e.EventType == EventType.WorkflowExecutionUpdateCompleted) >= count);

    private static Step Cancelled() => new(
        () => [], _ => true, events => events.Any(e => e.EventType == EventType.WorkflowExecutionCancelRequested));

    private static Step Child(ParentClosePolicy policy) => new(
        () =>
        {
            var child = Commands.Child("", policy, queue: "tq");
            child.StartChildWorkflowExecutionCommandAttributes.WorkflowType.Name = "activity";
            return [child];
        },
        events => events.Any(e => e.EventType == EventType.StartChildWorkflowExecutionInitiated),
        events => events.Any(e => e.EventType == (policy == ParentClosePolicy.Abandon ? EventType.ChildWorkflowExecutionStarted : EventType.ChildWorkflowExecutionCompleted)));

    private static Step Marker() => new(
        () => [new Command { CommandType = CommandType.RecordMarker, RecordMarkerCommandAttributes = new() { MarkerName = "side", Details = { ["data"] = Commands.Json("x") } } }],
        events => events.Any(e => e.EventType == EventType.MarkerRecorded),
        _ => true);

    private static Step Upsert() => new(
        () =>
        {
            var upsert = new Command { CommandType = CommandType.ModifyWorkflowProperties, ModifyWorkflowPropertiesCommandAttributes = new() { UpsertedMemo = new() } };
            upsert.ModifyWorkflowPropertiesCommandAttributes.UpsertedMemo.Fields["note"] = Commands.Json("kept").Payloads_[0];
            return [upsert];
        },
        events => events.Any(e => e.EventType == EventType.WorkflowPropertiesModified),
        _ => true);
}
