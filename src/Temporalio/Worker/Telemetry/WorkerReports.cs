using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Worker.V1;

namespace Temporalio.Worker.Telemetry;

/// <summary>Makes a worker's reports about itself (heartbeats): what it has open, what it did, and what it did since the report before.</summary>
internal sealed class WorkerReports(WorkerTelemetry telemetry, WorkerHeartbeat worker, EnvironmentInfo? environment, TimeProvider time)
{
    // Workers of one process can be told from those of others.
    private static readonly string ProcessKey = Guid.NewGuid().ToString();
    private readonly HostUsage _host = new();
    private readonly DateTime _started = time.GetUtcNow().UtcDateTime;
    private readonly Dictionary<SlotCount, (int Processed, int Failed)> _before = [];
    private DateTime? _last;

    /// <summary>The next report.</summary>
    public WorkerHeartbeat Next(WorkerStatus status)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (memory, cpu) = _host.Read();
        var report = worker.Clone();
        report.Status = status;
        report.HostInfo = new()
        {
            HostName = Environment.MachineName,
            ProcessId = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
            WorkerGroupingKey = ProcessKey,
            CurrentHostCpuUsage = cpu,
            CurrentHostMemUsage = memory,
        };
        report.StartTime = Timestamp.FromDateTime(_started);
        report.HeartbeatTime = Timestamp.FromDateTime(now);
        report.ElapsedSinceLastHeartbeat = _last is { } last ? Duration.FromTimeSpan(now - last) : null;
        report.WorkflowTaskSlotsInfo = Slots(telemetry.WorkflowSlots);
        report.ActivityTaskSlotsInfo = Slots(telemetry.ActivitySlots);
        report.LocalActivitySlotsInfo = Slots(telemetry.LocalActivitySlots);
        report.WorkflowPollerInfo = Polls(telemetry.WorkflowPolls);
        report.WorkflowStickyPollerInfo = Polls(telemetry.StickyPolls);
        report.ActivityPollerInfo = Polls(telemetry.ActivityPolls);
        report.TotalStickyCacheHit = telemetry.CacheHits;
        report.TotalStickyCacheMiss = telemetry.CacheMisses;
        report.CurrentStickyCacheSize = telemetry.Cached;
        report.Environment = _last is null ? environment : null;
        _last = now;
        return report;
    }

    private static WorkerPollerInfo Polls(PollerCount polls) => new()
    {
        CurrentPollers = polls.Open,
        LastSuccessfulPollTime = polls.LastSuccess is { } success ? Timestamp.FromDateTime(success) : null,
        IsAutoscaling = polls.IsAutoscaling,
    };

    private WorkerSlotsInfo Slots(SlotCount slots)
    {
        var now = (slots.Processed, slots.Failed);
        var before = _before.GetValueOrDefault(slots);
        _before[slots] = now;
        return new()
        {
            CurrentAvailableSlots = slots.Available ?? 0,
            CurrentUsedSlots = slots.Used,
            SlotSupplierKind = slots.SupplierKind,
            TotalProcessedTasks = now.Processed,
            TotalFailedTasks = now.Failed,
            LastIntervalProcessedTasks = now.Processed - before.Processed,
            LastIntervalFailureTasks = now.Failed - before.Failed,
        };
    }
}
