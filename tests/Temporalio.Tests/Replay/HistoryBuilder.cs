using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Converters;

namespace Temporalio.Tests.Replay;

/// <summary>Makes histories as a server writes them, so that tests need no recordings.</summary>
internal sealed class HistoryBuilder
{
    private readonly List<HistoryEvent> _events = [];
    private long _completedId;
    private long _startedId;

    public HistoryBuilder(string workflowType, params object?[] args) => Add(new()
    {
        EventType = EventType.WorkflowExecutionStarted,
        WorkflowExecutionStartedEventAttributes = new()
        {
            WorkflowType = new() { Name = workflowType },
            TaskQueue = new() { Name = "queue" },
            WorkflowId = "wf",
            OriginalExecutionRunId = "run",
            FirstExecutionRunId = "run",
            Attempt = 1,
            WorkflowTaskTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
            Input = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayloads(args) } },
        },
    });

    public IReadOnlyList<HistoryEvent> Events => _events;

    public HistoryBuilder Task()
    {
        Add(new() { EventType = EventType.WorkflowTaskScheduled, WorkflowTaskScheduledEventAttributes = new() { Attempt = 1 } });
        _startedId = Add(new() { EventType = EventType.WorkflowTaskStarted, WorkflowTaskStartedEventAttributes = new() { ScheduledEventId = _events.Count } });
        var completed = new WorkflowTaskCompletedEventAttributes { StartedEventId = _startedId, SdkMetadata = new() };
        if (_completedId == 0)
        {
            completed.SdkMetadata = new() { CoreUsedFlags = { 1, 2, 3, 4 }, LangUsedFlags = { 2 }, SdkName = "temporal-dotnet", SdkVersion = "1.18.0" };
        }

        _completedId = Add(new() { EventType = EventType.WorkflowTaskCompleted, WorkflowTaskCompletedEventAttributes = completed });
        return this;
    }

    public HistoryBuilder Timer(int id, out long startedId)
    {
        startedId = Add(new() { EventType = EventType.TimerStarted, TimerStartedEventAttributes = new() { TimerId = $"{id}", StartToFireTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) } });
        return this;
    }

    public HistoryBuilder Fired(int id, long startedId)
    {
        Add(new() { EventType = EventType.TimerFired, TimerFiredEventAttributes = new() { TimerId = $"{id}", StartedEventId = startedId } });
        return this;
    }

    public HistoryBuilder Activity(int id, string type, out long scheduledId)
    {
        scheduledId = Add(new()
        {
            EventType = EventType.ActivityTaskScheduled,
            ActivityTaskScheduledEventAttributes = new() { ActivityId = $"{id}", ActivityType = new() { Name = type } },
        });
        return this;
    }

    public HistoryBuilder Completed(long scheduledId, object? result)
    {
        var started = Add(new() { EventType = EventType.ActivityTaskStarted, ActivityTaskStartedEventAttributes = new() { ScheduledEventId = scheduledId, Attempt = 1 } });
        Add(new()
        {
            EventType = EventType.ActivityTaskCompleted,
            ActivityTaskCompletedEventAttributes = new()
            {
                ScheduledEventId = scheduledId,
                StartedEventId = started,
                Result = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayload(result) } },
            },
        });
        return this;
    }

    public HistoryBuilder Signal(string name, params object?[] args)
    {
        Add(new()
        {
            EventType = EventType.WorkflowExecutionSignaled,
            WorkflowExecutionSignaledEventAttributes = new() { SignalName = name, Input = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayloads(args) } } },
        });
        return this;
    }

    public HistoryBuilder End()
    {
        Add(new() { EventType = EventType.WorkflowExecutionCompleted, WorkflowExecutionCompletedEventAttributes = new() });
        return this;
    }

    public WorkflowHistory ToHistory() => new("wf", _events);

    private long Add(HistoryEvent e)
    {
        e.EventId = _events.Count + 1;
        e.EventTime = Timestamp.FromDateTime(DateTime.UnixEpoch.AddSeconds(_events.Count));
        _events.Add(e);
        return e.EventId;
    }
}
