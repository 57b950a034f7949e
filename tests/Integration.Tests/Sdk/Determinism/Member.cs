using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;
using Temporalio.Converters;
using Temporalio.Worker;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>One workflow of a family: its worker, and what its history says.</summary>
internal sealed class Member(string id, string name) : IAsyncDisposable
{
    private readonly List<Task> _stopped = [];
    private CancellationTokenSource? _stop;
    private Task _working = Task.CompletedTask;

    /// <summary>Its workflow id, which is also the name of its task queue.</summary>
    public string Id => id;

    /// <summary>What it is called in every mode.</summary>
    public string Name => name;

    /// <summary>The runs so far.</summary>
    public List<(string RunId, IReadOnlyList<HistoryEvent> Events)> Runs { get; } = [];

    public Plan? Plan { get; private set; }

    public Gate Gate { get; private set; } = new(id);

    public HashSet<int> SignalsSent { get; } = [];

    public HashSet<int> UpdatesSent { get; } = [];

    public bool CancelSent { get; set; }

    /// <summary>Whether the server holds an update that no task has brought to the workflow.</summary>
    public bool HasUpdate { get; set; }

    public string RunId => Runs[^1].RunId;

    public IReadOnlyList<HistoryEvent> Events => Runs[^1].Events;

    public bool IsOpen => Closing is null;

    public bool IsSticky => Gate.StickyRun == RunId;

    public bool HasRun => Events.Any(e => e.EventType == EventType.WorkflowTaskCompleted);

    /// <summary>Whether a workflow task waits to be taken.</summary>
    public bool IsRunnable => IsOpen && (HasUpdate || LastTask is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskTimedOut or EventType.WorkflowTaskFailed);

    /// <summary>When the first task of a run that waits for it is due.</summary>
    public DateTimeOffset? BeginsAt => Events.Count == 1 && Events[0].WorkflowExecutionStartedEventAttributes.FirstWorkflowTaskBackoff is { } backoff
        ? Events[0].EventTime.ToDateTimeOffset() + backoff.ToTimeSpan()
        : null;

    public EventType? LastTask => Events.LastOrDefault(e => e.EventType is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted
        or EventType.WorkflowTaskCompleted or EventType.WorkflowTaskTimedOut or EventType.WorkflowTaskFailed)?.EventType;

    public EventType? Closing => Events[^1].EventType is var last && last is EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed
        or EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionTimedOut ? last : null;

    /// <summary>Activities that the server has not seen end, and whether they were asked to stop.</summary>
    public IEnumerable<(string ActivityId, bool CancelRequested)> OpenActivities()
    {
        foreach (var scheduled in Events.Where(e => e.EventType == EventType.ActivityTaskScheduled))
        {
            var number = scheduled.EventId;
            if (!Events.Any(e => e.ActivityTaskCompletedEventAttributes?.ScheduledEventId == number || e.ActivityTaskFailedEventAttributes?.ScheduledEventId == number
                || e.ActivityTaskCanceledEventAttributes?.ScheduledEventId == number || e.ActivityTaskTimedOutEventAttributes?.ScheduledEventId == number))
            {
                yield return (scheduled.ActivityTaskScheduledEventAttributes.ActivityId, Events.Any(e => e.ActivityTaskCancelRequestedEventAttributes?.ScheduledEventId == number));
            }
        }
    }

    /// <summary>When the timers that run are due.</summary>
    public IEnumerable<DateTimeOffset> DueTimes() => Events
        .Where(e => e.EventType == EventType.TimerStarted && !Events.Any(o => o.TimerFiredEventAttributes?.StartedEventId == e.EventId || o.TimerCanceledEventAttributes?.StartedEventId == e.EventId))
        .Select(e => e.EventTime.ToDateTimeOffset() + e.TimerStartedEventAttributes.StartToFireTimeout.ToTimeSpan());

    /// <summary>Reads on in history.</summary>
    public async Task RefreshAsync(ITemporalClient client)
    {
        if (Runs.Count == 0)
        {
            Runs.Add((string.Empty, []));
        }

        while (true)
        {
            var events = (await client.GetWorkflowHandle(id, RunId.Length == 0 ? null : RunId).FetchHistoryAsync()).Events.ToList();
            var started = events[0].WorkflowExecutionStartedEventAttributes;
            Runs[^1] = (started.OriginalExecutionRunId, events);
            Plan ??= await DataConverter.Default.ToValueAsync<Plan>(started.Input.Payloads_[0]);
            if (events[^1].WorkflowExecutionContinuedAsNewEventAttributes is not { } next)
            {
                return;
            }

            Runs.Add((next.NewExecutionRunId, []));
        }
    }

    /// <summary>Starts a worker on the member's queue.</summary>
    public void StartWorker(TemporalClient client, TemporalWorkerOptions options)
    {
        Gate = new(id);
        options.TaskQueue = id;
        options.AddWorkflow<GeneratedWorkflow>().AddWorkflow<Evictor>()
            .AddActivity(GeneratedWorkflow.Once).AddActivity(GeneratedWorkflow.Refuse).AddActivity(GeneratedWorkflow.Echo);
        options.LocalActivityWorkerOnly = true;
        options.MaxConcurrentWorkflowTaskPolls = 2;
        options.DebugMode = true;
        var stop = _stop = new();
        var connection = new GatedConnection((TemporalConnection)client.Connection, Gate);
        _working = RunAsync(new(new TemporalClient(connection, client.Options), options), stop);
    }

    /// <summary>Stops the worker as a program does that ends.</summary>
    public async Task StopWorkerAsync()
    {
        if (_stop is { } stop)
        {
            _stop = null;

            // A killed worker has a successor with a gate of its own before it has stopped.
            var (gate, working) = (Gate, _working);
            await stop.CancelAsync();
            gate.Close();
            await working;
        }
    }

    /// <summary>Lets the worker vanish.</summary>
    public void KillWorker()
    {
        Gate.Kill();
        _stopped.Add(StopWorkerAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkerAsync();
        await Task.WhenAll(_stopped);
    }

    private static async Task RunAsync(TemporalWorker worker, CancellationTokenSource stop)
    {
        using (stop)
        using (worker)
        {
            try
            {
                await worker.ExecuteAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
