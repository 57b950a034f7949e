using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Common;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <summary>
/// The deterministic core of one run, without threads, clocks or I/O: history goes in, activations come out, the commands they produce
/// are taken back, compared with history where that knows them already, and given out to be sent where it does not.
/// </summary>
internal sealed partial class WorkflowMachines(string ns, string workflowId, string runId)
{
    private readonly SdkFlags _flags = new();
    private readonly List<ActivationJob> _jobs = [];
    private readonly Dictionary<string, Api.Update.V1.Request> _admittedUpdates = new(StringComparer.Ordinal);

    private IReadOnlyList<HistoryEvent> _events = [];
    private IReadOnlyList<Message> _messages = [];
    private int _next;
    private long _taskStartedId;
    private long _taskPreviousStartedId;
    private long _lastEventId;
    private long _knownUpTo;
    private HistoryEvent? _started;
    private DateTime _time;
    private DateTime _taskStartTime;
    private WorkflowTaskStartedEventAttributes? _lastTask;
    private WorkerDeploymentVersion? _recordedVersion;
    private bool _awaitingCommandEvents;
    private bool _closed;
    private bool _anyTaskCompleted;
    private bool _initialized;

    /// <summary>Type of the workflow; known once its first event was seen.</summary>
    public string WorkflowType => _started?.WorkflowExecutionStartedEventAttributes.WorkflowType.Name ?? string.Empty;

    /// <summary>Id of the last task start that became an activation: where the next history must continue.</summary>
    public long LastHandledStartedId { get; private set; }

    /// <summary>Whether the step at hand only repeats history.</summary>
    public bool IsReplaying { get; private set; } = true;

    /// <summary>Whether the code ended the run in this task.</summary>
    public bool HasTerminal => _terminal is not null;

    /// <summary>Version of the worker that runs new steps.</summary>
    public WorkerDeploymentVersion? WorkerVersion { get; init; }

    /// <summary>Activations made in the logical task at hand: the first time and on replay the same number at the same point.</summary>
    private int ActivationsOfTask { get; set; }

    /// <summary>Takes the history of a task: all of it, or what follows the last handled task start.</summary>
    /// <param name="events">Contiguous events, the last one being the task's start.</param>
    /// <param name="previousStartedId">Start of the last completed task; up to there history is known.</param>
    /// <param name="startedId">Start of this task; 0 when nothing new is to be done (queries, replay).</param>
    /// <param name="messages">Updates that travel with the task.</param>
    public void BeginTask(IReadOnlyList<HistoryEvent> events, long previousStartedId, long startedId, IReadOnlyList<Message> messages)
    {
        _events = events;
        _messages = messages;
        _taskPreviousStartedId = previousStartedId;
        _taskStartedId = startedId;
        _next = 0;
        _lastEventId = Math.Max(LastHandledStartedId, _knownUpTo);
        while (_next < events.Count && events[_next].EventId <= _lastEventId)
        {
            _next++;
        }

        foreach (var e in events)
        {
            if (e.EventType == EventType.WorkflowTaskCompleted
                && e.WorkflowTaskCompletedEventAttributes.SdkMetadata?.CoreUsedFlags.Contains(SdkFlags.ImprovedHeartbeat) == true)
            {
                _flags.Learn(new() { CoreUsedFlags = { SdkFlags.ImprovedHeartbeat } });
                break;
            }
        }
    }

    /// <summary>Whether the events continue where the last handled task ended.</summary>
    public bool Continues(IReadOnlyList<HistoryEvent> events) => events.Count == 0 || events[0].EventId <= LastHandledStartedId + 1;

    /// <summary>
    /// A speculative task was dropped: the ids of its own events will come again for others. What came with it from the task before, such
    /// as the events of that one's commands, comes again as well and is known.
    /// </summary>
    public void RewindTo(long startedEventId) => LastHandledStartedId = startedEventId;

    /// <summary>The next step, or null when the task is worked off.</summary>
    public WorkflowActivation? NextActivation()
    {
        while (_jobs.Count == 0)
        {
            if (_next >= _events.Count)
            {
                ResolveFromMarkers();
                if (_jobs.Count > 0)
                {
                    break;
                }

                return null;
            }

            var end = HistoryChunker.FindEnd(_events, _next, _flags.HasCore(SdkFlags.ImprovedHeartbeat), _messages.Count > 0);
            if (end < 0)
            {
                ApplyTail();
                return null;
            }

            ApplyChunk(end);
        }

        return TakeActivation();
    }

    /// <summary>A step that only answers queries.</summary>
    public WorkflowActivation QueryActivation(IEnumerable<ActivationJob.Query> queries) => MakeActivation([.. queries], isReplaying: true);

    /// <summary>Ends the task; its events are no longer needed.</summary>
    public void EndTask()
    {
        _events = [];
        _messages = [];
        _next = 0;
    }

    private WorkflowActivation TakeActivation()
    {
        var jobs = _jobs.Count == 1 ? [_jobs[0]] : _jobs.OrderBy(j => j.Rank).ToArray();
        _jobs.Clear();
        ActivationsOfTask++;
        return MakeActivation(jobs, IsReplaying);
    }

    private WorkflowActivation MakeActivation(IReadOnlyList<ActivationJob> jobs, bool isReplaying) => new()
    {
        Time = _time,
        IsReplaying = isReplaying,
        HistoryLength = (int)LastHandledStartedId,
        HistorySize = _lastTask?.HistorySizeBytes ?? 0,
        ContinueAsNewSuggested = _lastTask?.SuggestContinueAsNew ?? false,
        ContinueAsNewReasons = (IReadOnlyList<SuggestContinueAsNewReason>?)_lastTask?.SuggestContinueAsNewReasons ?? [],
        TargetVersionChanged = _lastTask?.TargetWorkerDeploymentVersionChanged ?? false,
        DeploymentVersion = isReplaying ? _recordedVersion : WorkerVersion ?? _recordedVersion,
        Flags = _flags,
        Jobs = jobs,
    };

    private void ApplyChunk(int end)
    {
        var last = _events[end];
        IsReplaying = !(end == _events.Count - 1 && _taskStartedId > _taskPreviousStartedId && last.EventId == _taskStartedId);
        for (; _next <= end; _next++)
        {
            ApplyEvent(_events[_next], _next);
            if (_events[_next].EventType is not (EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted))
            {
                _knownUpTo = _events[_next].EventId;
            }
        }

        ActivationsOfTask = 0;
        LastHandledStartedId = last.EventId;
        _lastTask = last.WorkflowTaskStartedEventAttributes;
        var startedTime = last.EventTime?.ToDateTime() ?? _time;
        _taskStartTime = startedTime;
        _time = startedTime > _time ? startedTime : _time;
        LookAhead(end + 1);
        if (!_initialized)
        {
            Initialize();
        }

        if (!IsReplaying)
        {
            if (!_anyTaskCompleted)
            {
                _flags.UseAllCore();
            }

            foreach (var message in _messages)
            {
                AddLiveUpdate(message);
            }

            _messages = [];
        }

        ResolveFromMarkers();
    }

    private void Initialize()
    {
        if (_started is null)
        {
            throw Nondeterminism.Broken(_events[0], "the history does not begin with WorkflowExecutionStarted");
        }

        _initialized = true;
        var attributes = _started.WorkflowExecutionStartedEventAttributes;
        var seedText = attributes.OriginalExecutionRunId.Length > 0 ? attributes.OriginalExecutionRunId : runId;
        _jobs.Add(new ActivationJob.Initialize(
            workflowId, runId, attributes, _started.EventTime?.ToDateTime() ?? _time, _time, RandomSeed.Of(seedText)));
    }

    /// <summary>Learns from the events of the coming completion what this step must know: flags, patches, local results, updates.</summary>
    private void LookAhead(int index)
    {
        if (index >= _events.Count || _events[index].EventType != EventType.WorkflowTaskCompleted)
        {
            return;
        }

        var completed = _events[index].WorkflowTaskCompletedEventAttributes;
        _flags.Learn(completed.SdkMetadata);
        _recordedVersion = completed.DeploymentVersion is { DeploymentName.Length: > 0 } version
            ? new(version.DeploymentName, version.BuildId)
            : _recordedVersion;
        for (var i = index + 1; i < _events.Count && HistoryChunker.IsCommandEvent(_events[i].EventType); i++)
        {
            var e = _events[i];
            if (e.EventType == EventType.MarkerRecorded)
            {
                LookAtMarker(e, i);
            }
            else if (e.EventType == EventType.WorkflowExecutionUpdateAccepted)
            {
                AddReplayedUpdate(e);
            }
        }
    }

    /// <summary>What follows the last task: only its commands matter.</summary>
    private void ApplyTail()
    {
        for (; _next < _events.Count; _next++)
        {
            var e = _events[_next];
            if (e.EventType == EventType.WorkflowTaskCompleted || HistoryChunker.IsCommandEvent(e.EventType) || HistoryChunker.IsFinal(e.EventType))
            {
                ApplyEvent(e, _next);
            }
            else
            {
                CheckContiguous(e);
                CheckNothingMissing(e);
            }
        }

        CheckNothingMissing(null);
        _jobs.Clear();
    }

    private void CheckContiguous(HistoryEvent e)
    {
        if (_closed)
        {
            throw Nondeterminism.Broken(e, "the run was closed by the event before");
        }

        if (e.EventId != _lastEventId + 1)
        {
            throw Nondeterminism.Broken(e, $"expected event id {_lastEventId + 1}, seen {e.EventId}");
        }

        _lastEventId = e.EventId;
    }

    private void CheckNothingMissing(HistoryEvent? next)
    {
        if (_awaitingCommandEvents)
        {
            _awaitingCommandEvents = false;
            if (_queueHead < _queue.Count)
            {
                throw Nondeterminism.Missing(_queue[_queueHead], next);
            }
        }
    }
}
