using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>
/// One step of one run: works on a clone of the run's state and collects what the step leads to. Pure and synchronous; nothing of it counts
/// until the engine has committed it, so an exception leaves the run as it was.
/// </summary>
internal sealed partial class RunTransition(RunState state, DateTime now, ServerLimits limits)
{
    private readonly List<HistoryEvent> _events = [];
    private readonly List<IReadOnlyList<HistoryEvent>> _inherited = [];

    /// <summary>Several things happen at one moment: their events are put in order together.</summary>
    private bool _holding;

    /// <summary>The state after the step.</summary>
    public RunState State { get; } = state;

    public DateTime Now { get; } = now;

    public ServerLimits Limits { get; } = limits;

    /// <summary>Events that the step stores, with their final ids.</summary>
    public IReadOnlyList<HistoryEvent> Events => _events;

    /// <summary>What the step adds to the run's history, by transaction: what a reset took over, then its own events.</summary>
    public IReadOnlyList<IReadOnlyList<HistoryEvent>> Batches => _events.Count == 0 ? _inherited : [.. _inherited, _events];

    /// <summary>Tasks to hand to workers.</summary>
    public List<QueueTask> Tasks { get; } = [];

    /// <summary>Deliveries to other runs.</summary>
    public List<OutboxMessage> Outbox { get; } = [];

    /// <summary>Activities whose record changed or which are gone.</summary>
    public HashSet<long> TouchedActivities { get; } = [];

    /// <summary>What lists and counts show changed.</summary>
    public bool VisibilityChanged { get; private set; }

    /// <summary>The next run of the chain, when this step ended the run with one.</summary>
    public RunTransition? Successor { get; private set; }

    /// <summary>The step ended the run.</summary>
    public bool HasClosed { get; private set; }

    public bool Closed => !State.IsRunning;

    private Google.Protobuf.WellKnownTypes.Timestamp Time => Durations.Wire(Now);

    /// <summary>Stores the event with the next id.</summary>
    private HistoryEvent Append(HistoryEvent e)
    {
        StoreSpeculativeTask();
        e.EventTime ??= Time;
        e.EventId = State.NextEventId++;
        State.HistorySizeBytes += e.CalculateSize();
        _events.Add(e);
        State.Apply(e);
        return e;
    }

    /// <summary>Takes an event from outside the workflow: kept back while a worker has the workflow task, stored at once otherwise.</summary>
    private HistoryEvent Receive(HistoryEvent e)
    {
        if (State.WorkflowTask is not { IsStarted: true } && !_holding)
        {
            return Append(e);
        }

        StoreSpeculativeTask();
        e.EventTime ??= Time;
        State.Buffered = State.Buffered.Add(e);
        State.Apply(e);
        return e;
    }

    /// <summary>
    /// Gives the buffered events their ids: all in order of arrival, but results of activities and children after everything else.
    /// </summary>
    private bool FlushBuffered()
    {
        if (State.Buffered.IsEmpty)
        {
            return false;
        }

        var started = new Dictionary<long, long>();
        var buffered = State.Buffered;
        State.Buffered = [];
        foreach (var kept in buffered.Where(e => !IsResult(e)).Concat(buffered.Where(IsResult)))
        {
            var e = kept.Clone();
            e.EventId = State.NextEventId++;
            ResolveStartedId(e, started);
            State.HistorySizeBytes += e.CalculateSize();
            _events.Add(e);
            State.AssignId(e);
        }

        return true;
    }

    /// <summary>Something arrived that the workflow must see.</summary>
    private void WakeWorkflow()
    {
        if (State.WorkflowTask is null && !State.BackingOff && State.IsRunning && !_holding)
        {
            ScheduleWorkflowTask();
        }

        CheckBuffer();
    }

    private void TouchVisibility() => VisibilityChanged = true;

    private void SetActivity(PendingActivity activity)
    {
        TouchedActivities.Add(activity.ScheduledEventId);
        State.SetActivity(activity);
    }

    private OutboxMessage NewMessage(string namespaceId, string workflowId, string runId, long initiatedEventId) => new()
    {
        NamespaceId = namespaceId,
        WorkflowId = workflowId,
        RunId = runId,
        SenderNamespaceId = State.NamespaceId,
        SenderWorkflowId = State.WorkflowId,
        SenderRunId = State.RunId,
        InitiatedEventId = initiatedEventId,
    };

    private static bool IsResult(HistoryEvent e) => ChildResults.InitiatedEventId(e) is not null || e.EventType is
        EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut or EventType.ActivityTaskCanceled;

    /// <summary>A result whose Started event was buffered with it learns that event's id here.</summary>
    private static void ResolveStartedId(HistoryEvent e, Dictionary<long, long> started)
    {
        switch (e.EventType)
        {
            case EventType.ActivityTaskStarted:
                started[e.ActivityTaskStartedEventAttributes.ScheduledEventId] = e.EventId;
                break;
            case EventType.ChildWorkflowExecutionStarted:
                started[e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId] = e.EventId;
                break;
            case EventType.ActivityTaskCompleted when e.ActivityTaskCompletedEventAttributes is { StartedEventId: 0 } a:
                a.StartedEventId = started.GetValueOrDefault(a.ScheduledEventId);
                break;
            case EventType.ActivityTaskFailed when e.ActivityTaskFailedEventAttributes is { StartedEventId: 0 } a:
                a.StartedEventId = started.GetValueOrDefault(a.ScheduledEventId);
                break;
            case EventType.ActivityTaskTimedOut when e.ActivityTaskTimedOutEventAttributes is { StartedEventId: 0 } a:
                a.StartedEventId = started.GetValueOrDefault(a.ScheduledEventId);
                break;
            case EventType.ActivityTaskCanceled when e.ActivityTaskCanceledEventAttributes is { StartedEventId: 0 } a:
                a.StartedEventId = started.GetValueOrDefault(a.ScheduledEventId);
                break;
            case var _ when ChildResults.StartedEventId(e) == 0:
                ChildResults.SetStartedEventId(e, started.GetValueOrDefault(ChildResults.InitiatedEventId(e)!.Value));
                break;
            default:
                break;
        }
    }
}
