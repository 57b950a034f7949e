using System.Collections.Immutable;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.History;

/// <summary>The run's one outstanding workflow task.</summary>
internal sealed record WorkflowTask
{
    public required WorkflowTaskKind Kind { get; init; }

    public required long ScheduledEventId { get; init; }

    /// <summary>0 until a worker took it.</summary>
    public long StartedEventId { get; init; }

    public required int Attempt { get; init; }

    public required DateTime ScheduledTime { get; init; }

    /// <summary>When the first of a series of forced (heartbeat) tasks was scheduled.</summary>
    public required DateTime OriginalScheduledTime { get; init; }

    public DateTime? StartedTime { get; init; }

    /// <summary>Start-to-close limit of this attempt.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The sticky queue that the task was scheduled on, or empty.</summary>
    public string StickyQueue { get; init; } = "";

    public TimeSpan ScheduleToStartTimeout { get; init; }

    public string RequestId { get; init; } = "";

    public string Identity { get; init; } = "";

    public string BuildId { get; init; } = "";

    public long HistorySizeBytes { get; init; }

    public ImmutableArray<SuggestContinueAsNewReason> SuggestReasons { get; init; } = [];

    public bool IsStarted => StartedTime is not null;

    public bool IsSticky => StickyQueue.Length > 0;

    /// <summary>The deadline that is running now, if any.</summary>
    public RunTimer? Deadline =>
        StartedTime is { } started ? new RunTimer(started + Timeout, RunTimerKind.WorkflowTaskStartToClose, ScheduledEventId)
        : ScheduleToStartTimeout > TimeSpan.Zero ? new RunTimer(ScheduledTime + ScheduleToStartTimeout, RunTimerKind.WorkflowTaskScheduleToStart, ScheduledEventId)
        : null;
}
