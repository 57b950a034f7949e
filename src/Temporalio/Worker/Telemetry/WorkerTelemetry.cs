using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Common;
using Temporalio.Runtime.Metrics;

namespace Temporalio.Worker.Telemetry;

/// <summary>What one worker counts: for its metrics, and for its reports to the server.</summary>
internal sealed class WorkerTelemetry
{
    private readonly ConcurrentDictionary<string, WorkflowTypeMetrics> _workflows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Activity, string Workflow), ActivityTypeMetrics> _activities = new();
    private readonly SdkMetrics _metrics;
    private readonly KeyValuePair<string, object>[] _tags;
    private readonly MetricCounter<long> _cacheMiss;
    private readonly MetricCounter<long> _evicted;
    private readonly MetricGauge<long> _cacheSize;
    private readonly MetricCounter<long> _workflowPollEmpty;
    private readonly MetricCounter<long> _workflowPollSucceed;
    private readonly MetricHistogram<TimeSpan> _workflowScheduleToStart;
    private readonly MetricCounter<long> _activityPollEmpty;
    private readonly MetricHistogram<TimeSpan> _activityScheduleToStart;
    private int _cacheHits;
    private int _cacheMisses;
    private int _cached;

    /// <summary>Adds the worker's tags to the runtime's metrics.</summary>
    public WorkerTelemetry(SdkMetrics metrics, string namespaceName, string taskQueue)
    {
        _metrics = metrics;
        _tags = [new("namespace", namespaceName), new("task_queue", taskQueue)];
        _cacheMiss = metrics.StickyCacheMiss.WithTags(_tags);
        _evicted = metrics.StickyCacheForcedEviction.WithTags(_tags);
        _cacheSize = metrics.StickyCacheSize.WithTags(_tags);
        _workflowPollEmpty = metrics.WorkflowPollEmpty.WithTags(_tags);
        _workflowPollSucceed = metrics.WorkflowPollSucceed.WithTags(_tags);
        _workflowScheduleToStart = metrics.WorkflowTaskScheduleToStart.WithTags(_tags);
        _activityPollEmpty = metrics.ActivityPollEmpty.WithTags(_tags);
        _activityScheduleToStart = metrics.ActivityScheduleToStart.WithTags(_tags);
        WorkflowSlots = Slots("WorkflowWorker");
        ActivitySlots = Slots("ActivityWorker");
        LocalActivitySlots = Slots("LocalActivityWorker");
        WorkflowPolls = Polls("workflow_task");
        StickyPolls = Polls("sticky_workflow_task");
        ActivityPolls = Polls("activity_task");
    }

    /// <summary>Counts for nobody.</summary>
    public static WorkerTelemetry None => new(SdkMetrics.None, string.Empty, string.Empty);

    /// <summary>Slots of workflow tasks.</summary>
    public SlotCount WorkflowSlots { get; }

    /// <summary>Slots of activities.</summary>
    public SlotCount ActivitySlots { get; }

    /// <summary>Slots of local activities.</summary>
    public SlotCount LocalActivitySlots { get; }

    /// <summary>Polls of the shared queue for workflow tasks.</summary>
    public PollerCount WorkflowPolls { get; }

    /// <summary>Polls of the worker's own queue.</summary>
    public PollerCount StickyPolls { get; }

    /// <summary>Polls for activities.</summary>
    public PollerCount ActivityPolls { get; }

    /// <summary>Tasks that found their run in the cache.</summary>
    public int CacheHits => Volatile.Read(ref _cacheHits);

    /// <summary>Tasks that should have found their run in the cache.</summary>
    public int CacheMisses => Volatile.Read(ref _cacheMisses);

    /// <summary>Runs in the cache.</summary>
    public int Cached => Volatile.Read(ref _cached);

    /// <summary>The worker starts.</summary>
    public void Start()
    {
        _metrics.WorkerStart.WithTags(_tags).Add(1);
        Cache(0);
    }

    /// <summary>Metrics of a workflow type.</summary>
    public WorkflowTypeMetrics Workflow(string type) =>
        _workflows.GetOrAdd(type, static (t, own) => new(own._metrics, [.. own._tags, new("workflow_type", t)]), this);

    /// <summary>Metrics of an activity type under a workflow type; empty for activities without a workflow.</summary>
    public ActivityTypeMetrics Activity(string type, string workflowType) => _activities.GetOrAdd(
        (type, workflowType),
        static (key, own) => new(own._metrics, [.. own._tags, new("activity_type", key.Activity), new("workflow_type", key.Workflow)]),
        this);

    /// <summary>A poll for workflow tasks ended without an error.</summary>
    public void WorkflowPolled(bool sticky, Timestamp? scheduled, Timestamp? started, bool found, DateTime now)
    {
        (found ? _workflowPollSucceed : _workflowPollEmpty).Add(1);
        if (found)
        {
            (sticky ? StickyPolls : WorkflowPolls).Succeed(now);
            Waited(_workflowScheduleToStart, scheduled, started);
        }
    }

    /// <summary>A poll for activities brought nothing.</summary>
    public void ActivityPollEmpty() => _activityPollEmpty.Add(1);

    /// <summary>An activity came.</summary>
    public void ActivityStarted(Timestamp? scheduled, Timestamp? started) => Waited(_activityScheduleToStart, scheduled, started);

    /// <summary>A task found its run in the cache.</summary>
    public void CacheHit(string workflowType)
    {
        Interlocked.Increment(ref _cacheHits);
        Workflow(workflowType).CacheHit();
    }

    /// <summary>A task should have found its run in the cache.</summary>
    public void CacheMiss()
    {
        Interlocked.Increment(ref _cacheMisses);
        _cacheMiss.Add(1);
    }

    /// <summary>So many runs are in the cache now.</summary>
    public void Cache(int size)
    {
        Volatile.Write(ref _cached, size);
        _cacheSize.Set(size);
    }

    /// <summary>A run had to leave the cache before its end.</summary>
    public void Evicted() => _evicted.Add(1);

    private void Resources(double memory, double cpu)
    {
        _metrics.ResourceMemoryUsage.Set(memory * 100);
        _metrics.ResourceCpuUsage.Set(cpu * 100);
    }

    private static void Waited(MetricHistogram<TimeSpan> histogram, Timestamp? scheduled, Timestamp? started)
    {
        if (scheduled is not null && started is not null)
        {
            var time = started.ToDateTime() - scheduled.ToDateTime();
            histogram.Record(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        }
    }

    private SlotCount Slots(string worker)
    {
        KeyValuePair<string, object>[] tags = [.. _tags, new("worker_type", worker)];
        return new(_metrics.SlotsAvailable.WithTags(tags), _metrics.SlotsUsed.WithTags(tags), Resources);
    }

    private PollerCount Polls(string kind) => new(_metrics.Pollers.WithTags([.. _tags, new("poller_type", kind)]));
}
