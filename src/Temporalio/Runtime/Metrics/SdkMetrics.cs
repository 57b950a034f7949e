using Temporalio.Common;

namespace Temporalio.Runtime.Metrics;

/// <summary>The SDK's own metrics of a runtime, under the official names. Tags are added where they are used.</summary>
#pragma warning disable CS1591 // Names and descriptions say it.
internal sealed class SdkMetrics(MetricMeter meter, string prefix, string durationUnit)
{
    public const string Milliseconds = "ms";
    public const string Seconds = "s";
    public const string WorkflowEndToEndLatency = "workflow_endtoend_latency";
    public const string WorkflowTaskExecutionLatency = "workflow_task_execution_latency";
    public const string WorkflowTaskReplayLatency = "workflow_task_replay_latency";
    public const string WorkflowTaskScheduleToStartLatency = "workflow_task_schedule_to_start_latency";
    public const string ActivityExecutionLatency = "activity_execution_latency";
    public const string ActivityScheduleToStartLatency = "activity_schedule_to_start_latency";
    public const string DefaultPrefix = "temporal_";

    /// <summary>None: every metric goes nowhere.</summary>
    public static SdkMetrics None { get; } = new(NoMetricMeter.Instance, DefaultPrefix, Milliseconds);

    public MetricCounter<long> Request { get; } = Counter("request", "Count of client request successes by rpc name", meter, prefix);

    public MetricCounter<long> RequestFailure { get; } = Counter("request_failure", "Count of client request failures by rpc name", meter, prefix);

    public MetricHistogram<TimeSpan> RequestLatency { get; } = Latency("request_latency", "Histogram of client request latencies", meter, prefix, durationUnit);

    public MetricCounter<long> LongRequest { get; } = Counter("long_request", "Count of long-poll request successes by rpc name", meter, prefix);

    public MetricCounter<long> LongRequestFailure { get; } = Counter("long_request_failure", "Count of long-poll request failures by rpc name", meter, prefix);

    public MetricHistogram<TimeSpan> LongRequestLatency { get; } =
        Latency("long_request_latency", "Histogram of client long-poll request latencies", meter, prefix, durationUnit);

    public MetricCounter<long> WorkerStart { get; } = Counter("worker_start", "Count of the number of initialized workers", meter, prefix);

    public MetricGauge<long> Pollers { get; } = Gauge("num_pollers", "Current number of active pollers per queue type", meter, prefix);

    public MetricGauge<long> SlotsAvailable { get; } = Gauge("worker_task_slots_available", "Current number of available slots per task type", meter, prefix);

    public MetricGauge<long> SlotsUsed { get; } = Gauge("worker_task_slots_used", "Current number of used slots per task type", meter, prefix);

    public MetricCounter<long> StickyCacheHit { get; } =
        Counter("sticky_cache_hit", "Count of times the workflow cache was used for a new workflow task", meter, prefix);

    public MetricCounter<long> StickyCacheMiss { get; } =
        Counter("sticky_cache_miss", "Count of times the workflow cache was missing a workflow for a sticky task", meter, prefix);

    public MetricGauge<long> StickyCacheSize { get; } = Gauge("sticky_cache_size", "Current number of cached workflows", meter, prefix);

    public MetricCounter<long> StickyCacheForcedEviction { get; } =
        Counter("sticky_cache_total_forced_eviction", "Count of evictions of cached workflows", meter, prefix);

    public MetricCounter<long> WorkflowCompleted { get; } = Counter("workflow_completed", "Count of successfully completed workflows", meter, prefix);

    public MetricCounter<long> WorkflowCanceled { get; } = Counter("workflow_canceled", "Count of canceled workflows", meter, prefix);

    public MetricCounter<long> WorkflowFailed { get; } = Counter("workflow_failed", "Count of failed workflows", meter, prefix);

    public MetricCounter<long> WorkflowContinued { get; } = Counter("workflow_continue_as_new", "Count of continued-as-new workflows", meter, prefix);

    public MetricHistogram<TimeSpan> WorkflowEndToEnd { get; } =
        Latency(WorkflowEndToEndLatency, "Histogram of total workflow execution latencies", meter, prefix, durationUnit);

    public MetricCounter<long> WorkflowPollEmpty { get; } =
        Counter("workflow_task_queue_poll_empty", "Count of workflow task queue poll timeouts (no new task)", meter, prefix);

    public MetricCounter<long> WorkflowPollSucceed { get; } =
        Counter("workflow_task_queue_poll_succeed", "Count of workflow task queue poll successes", meter, prefix);

    public MetricCounter<long> WorkflowTaskFailed { get; } = Counter("workflow_task_execution_failed", "Count of workflow task execution failures", meter, prefix);

    public MetricHistogram<TimeSpan> WorkflowTaskExecution { get; } =
        Latency(WorkflowTaskExecutionLatency, "Histogram of workflow task execution (not replay) latencies", meter, prefix, durationUnit);

    public MetricHistogram<TimeSpan> WorkflowTaskReplay { get; } =
        Latency(WorkflowTaskReplayLatency, "Histogram of workflow task replay latencies", meter, prefix, durationUnit);

    public MetricHistogram<TimeSpan> WorkflowTaskScheduleToStart { get; } =
        Latency(WorkflowTaskScheduleToStartLatency, "Histogram of workflow task schedule-to-start latencies", meter, prefix, durationUnit);

    public MetricCounter<long> ActivityPollEmpty { get; } =
        Counter("activity_poll_no_task", "Count of activity task queue poll timeouts (no new task)", meter, prefix);

    public MetricCounter<long> ActivityReceived { get; } = Counter("activity_task_received", "Count of activity task queue poll successes", meter, prefix);

    public MetricCounter<long> ActivityFailed { get; } = Counter("activity_execution_failed", "Count of activity task execution failures", meter, prefix);

    public MetricHistogram<TimeSpan> ActivityExecution { get; } =
        Latency(ActivityExecutionLatency, "Histogram of activity execution latencies", meter, prefix, durationUnit);

    public MetricHistogram<TimeSpan> ActivityScheduleToStart { get; } =
        Latency(ActivityScheduleToStartLatency, "Histogram of activity schedule-to-start latencies", meter, prefix, durationUnit);

    public MetricHistogram<TimeSpan> ActivitySucceedEndToEnd { get; } = Latency(
        "activity_succeed_endtoend_latency", "Histogram of activity execution latencies for successful activities", meter, prefix, durationUnit);

    public MetricCounter<long> LocalActivityTotal { get; } = Counter("local_activity_total", "Count of local activities executed", meter, prefix);

    public MetricCounter<long> LocalActivityCanceled { get; } =
        Counter("local_activity_execution_cancelled", "Count of local activity executions that were cancelled", meter, prefix);

    public MetricCounter<long> LocalActivityFailed { get; } =
        Counter("local_activity_execution_failed", "Count of local activity executions that failed", meter, prefix);

    public MetricHistogram<TimeSpan> LocalActivityExecution { get; } =
        Latency("local_activity_execution_latency", "Histogram of local activity execution latencies", meter, prefix, durationUnit);

    public MetricHistogram<TimeSpan> LocalActivitySucceedEndToEnd { get; } = Latency(
        "local_activity_succeed_endtoend_latency", "Histogram of local activity execution latencies for successful local activities",
        meter, prefix, durationUnit);

    public MetricGauge<double> ResourceCpuUsage { get; } = meter.CreateGauge<double>(prefix + "resource_slots_cpu_usage");

    public MetricGauge<double> ResourceMemoryUsage { get; } = meter.CreateGauge<double>(prefix + "resource_slots_mem_usage");

    private static MetricCounter<long> Counter(string name, string description, MetricMeter meter, string prefix) =>
        meter.CreateCounter<long>(prefix + name, null, description);

    private static MetricGauge<long> Gauge(string name, string description, MetricMeter meter, string prefix) =>
        meter.CreateGauge<long>(prefix + name, null, description);

    private static MetricHistogram<TimeSpan> Latency(string name, string description, MetricMeter meter, string prefix, string unit) =>
        meter.CreateHistogram<TimeSpan>(prefix + name, unit, description);
}
