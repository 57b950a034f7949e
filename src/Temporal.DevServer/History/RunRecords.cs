using System.Collections.Immutable;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>
/// What of a run's state goes beside its history into the store, and back. <see cref="Rebuild"/> of history and records gives the live
/// state again (but for updates that were not accepted, which their callers repeat).
/// </summary>
internal static class RunRecords
{
    public static RunRecord ToRecord(RunState state) => new()
    {
        WorkflowTask = state.WorkflowTask is { Kind: not WorkflowTaskKind.Speculative } task ? ToRecord(task) : null,
        WorkflowTaskAttempt = state.WorkflowTaskAttempt,
        WorkflowTaskFailures = state.WorkflowTaskFailures,
        StickyQueue = state.StickyQueue,
        StickyTimeoutTicks = state.StickyTimeout.Ticks,
        BufferedEvents = { state.Buffered },
        TransitionCount = state.TransitionCount,
        BackingOff = state.BackingOff,
        StartRequestId = state.StartRequestId,
        AwaitsParent = state.AwaitsParent,
        ReportedProblems = { state.ReportedProblems },
    };

    public static ActivityRecord ToRecord(PendingActivity a) => new()
    {
        Attempt = a.Attempt,
        AttemptScheduledTicks = a.AttemptScheduledTime.Ticks,
        NextAttemptTicks = Ticks(a.NextAttemptTime),
        StartedTicks = Ticks(a.StartedTime),
        StartedIdentity = a.StartedIdentity,
        StartRequestId = a.StartRequestId,
        BuildId = a.BuildId,
        LastHeartbeatTicks = Ticks(a.LastHeartbeatTime),
        HeartbeatDetails = a.HeartbeatDetails,
        LastFailure = a.LastFailure,
        LastWorkerIdentity = a.LastWorkerIdentity,
        LastAttemptCompleteTicks = Ticks(a.LastAttemptCompleteTime),
        Stamp = a.Stamp,
        Paused = a.Pause is not null,
        PausedTicks = Ticks(a.Pause?.Time),
        PausedIdentity = a.Pause?.Identity ?? "",
        PausedReason = a.Pause?.Reason ?? "",
        PauseRequestId = a.Pause?.RequestId ?? "",
        Options = ReferenceEquals(a.Options, a.Scheduled) ? null : a.Options,
        ResetRequested = a.ResetRequested,
        ResetHeartbeats = a.ResetHeartbeats,
    };

    /// <summary>The state after the events, with what the records add to it.</summary>
    public static RunState Rebuild(
        RunState empty, IEnumerable<HistoryEvent> events, RunRecord? record, IEnumerable<(long ScheduledEventId, ActivityRecord Record)> activities)
    {
        foreach (var e in events)
        {
            empty.Apply(e);
            empty.NextEventId = e.EventId + 1;
            empty.HistorySizeBytes += e.CalculateSize();
            if (e.EventId == 1 && empty.StartRequestId.Length > 0)
            {
                empty.AttachRequestId(empty.StartRequestId, e);
            }
        }

        if (record is null)
        {
            return empty;
        }

        empty.StartRequestId = record.StartRequestId;
        foreach (var (id, activity) in activities)
        {
            if (empty.Activities.TryGetValue(id, out var pending))
            {
                empty.SetActivity(Overlay(pending, activity));
            }
        }

        empty.SetSticky(record.StickyQueue, TimeSpan.FromTicks(record.StickyTimeoutTicks));
        empty.SetBackingOff(record.BackingOff);
        empty.AwaitsParent = record.AwaitsParent;
        empty.SetWorkflowTask(record.WorkflowTask is null ? null : FromRecord(record.WorkflowTask));
        empty.WorkflowTaskAttempt = record.WorkflowTaskAttempt;
        empty.WorkflowTaskFailures = record.WorkflowTaskFailures;
        empty.TransitionCount = record.TransitionCount;
        if (record.ReportedProblems.Count > 0)
        {
            empty.SetReportedProblems([.. record.ReportedProblems]);
        }

        empty.Buffered = [.. record.BufferedEvents];
        foreach (var e in record.BufferedEvents)
        {
            empty.Apply(e);
        }

        return empty;
    }

    public static VisibilityRow ToRow(RunState s)
    {
        var attributes = new SearchAttributes();
        foreach (var (name, value) in s.SearchAttributes)
        {
            attributes.IndexedFields[name] = value;
        }

        if (s.VersioningOverride is not null)
        {
            var behavior = PayloadJson.JsonString("AutoUpgrade"); // pinned versions are refused: there never are any
            behavior.Metadata["type"] = Google.Protobuf.ByteString.CopyFromUtf8("Keyword");
            attributes.IndexedFields["TemporalWorkflowVersioningBehavior"] = behavior;
        }

        if (s.PauseInfo is { Count: > 0 } paused)
        {
            attributes.IndexedFields["TemporalPauseInfo"] = PayloadJson.KeywordList(paused);
        }

        var memo = new Memo();
        foreach (var (name, value) in s.Memo)
        {
            memo.Fields[name] = value;
        }

        var root = s.Start.RootWorkflowExecution ?? s.Execution;
        return new VisibilityRow
        {
            NamespaceId = s.NamespaceId,
            WorkflowId = s.WorkflowId,
            RunId = s.RunId,
            WorkflowType = s.Start.WorkflowType.Name,
            TaskQueue = s.TaskQueue,
            Status = s.ShownStatus,
            StartTime = s.StartTime,
            ExecutionTime = s.ExecutionTime,
            CloseTime = s.CloseTime,
            HistoryLength = s.IsRunning ? 0 : s.LastEventId,
            HistorySizeBytes = s.IsRunning ? 0 : s.HistorySizeBytes,
            TransitionCount = s.IsRunning ? 0 : s.TransitionCount,
            ParentNamespaceId = s.Start.ParentWorkflowNamespaceId,
            ParentWorkflowId = s.Start.ParentWorkflowExecution?.WorkflowId ?? "",
            ParentRunId = s.Start.ParentWorkflowExecution?.RunId ?? "",
            RootWorkflowId = root.WorkflowId,
            RootRunId = root.RunId,
            FirstRunId = s.FirstRunId,
            StartRequestId = s.StartRequestId,
            Memo = memo,
            SearchAttributes = attributes,
            Priority = s.Priority,
        };
    }

    private static WorkflowTaskRecord ToRecord(WorkflowTask task) => new()
    {
        Kind = (int)task.Kind,
        ScheduledEventId = task.ScheduledEventId,
        StartedEventId = task.StartedEventId,
        Attempt = task.Attempt,
        ScheduledTicks = task.ScheduledTime.Ticks,
        OriginalScheduledTicks = task.OriginalScheduledTime.Ticks,
        StartedTicks = Ticks(task.StartedTime),
        RequestId = task.RequestId,
        Identity = task.Identity,
        TimeoutTicks = task.Timeout.Ticks,
        StickyQueue = task.StickyQueue,
        BuildId = task.BuildId,
        HistorySizeBytes = task.HistorySizeBytes,
        SuggestReasons = { task.SuggestReasons },
        ScheduleToStartTicks = task.ScheduleToStartTimeout.Ticks,
    };

    private static WorkflowTask FromRecord(WorkflowTaskRecord record) => new()
    {
        Kind = (WorkflowTaskKind)record.Kind,
        ScheduledEventId = record.ScheduledEventId,
        StartedEventId = record.StartedEventId,
        Attempt = record.Attempt,
        ScheduledTime = Time(record.ScheduledTicks)!.Value,
        OriginalScheduledTime = Time(record.OriginalScheduledTicks)!.Value,
        StartedTime = Time(record.StartedTicks),
        RequestId = record.RequestId,
        Identity = record.Identity,
        Timeout = TimeSpan.FromTicks(record.TimeoutTicks),
        StickyQueue = record.StickyQueue,
        BuildId = record.BuildId,
        HistorySizeBytes = record.HistorySizeBytes,
        SuggestReasons = [.. record.SuggestReasons],
        ScheduleToStartTimeout = TimeSpan.FromTicks(record.ScheduleToStartTicks),
    };

    private static PendingActivity Overlay(PendingActivity pending, ActivityRecord r) => pending with
    {
        Attempt = r.Attempt,
        AttemptScheduledTime = Time(r.AttemptScheduledTicks)!.Value,
        NextAttemptTime = Time(r.NextAttemptTicks),
        StartedTime = Time(r.StartedTicks),
        StartedIdentity = r.StartedIdentity,
        StartRequestId = r.StartRequestId,
        BuildId = r.BuildId,
        LastHeartbeatTime = Time(r.LastHeartbeatTicks),
        HeartbeatDetails = r.HeartbeatDetails,
        LastFailure = r.LastFailure,
        LastWorkerIdentity = r.LastWorkerIdentity,
        LastAttemptCompleteTime = Time(r.LastAttemptCompleteTicks),
        Stamp = r.Stamp,
        Pause = r.Paused ? new ActivityPause(Time(r.PausedTicks)!.Value, r.PausedIdentity, r.PausedReason, r.PauseRequestId) : null,
        Options = r.Options ?? pending.Scheduled,
        ResetRequested = r.ResetRequested,
        ResetHeartbeats = r.ResetHeartbeats,
    };

    private static long Ticks(DateTime? time) => time?.Ticks ?? 0;

    private static DateTime? Time(long ticks) => ticks == 0 ? null : new DateTime(ticks, DateTimeKind.Utc);
}
