using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Schedules.Records;
using Temporal.DevServer.Schedules.Spec;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>
/// One schedule as a pure state machine: each input takes the current time, changes <see cref="Record"/> and returns commands. The owner
/// stores the record before it carries them out, and calls <see cref="Advance"/> at <see cref="NextWakeup"/>. Not thread-safe.
/// </summary>
/// <remarks>
/// It follows the real server's scheduler, also in when it notices that a workflow has closed: when another start is due or waits, or after
/// someone has described the schedule.
/// </remarks>
internal sealed partial class ScheduleMachine
{
    private static readonly Duration DefaultCatchupWindow = Duration.FromTimeSpan(TimeSpan.FromDays(365));
    private static readonly Duration ShortestCatchupWindow = Duration.FromTimeSpan(TimeSpan.FromSeconds(10));
    private readonly TimeZoneDatabase _zones;
    private readonly List<ScheduleCommand> _commands = [];
    private CompiledScheduleSpec _spec;
    private bool _refresh;

    private ScheduleMachine(ScheduleRecord record, TimeZoneDatabase zones)
    {
        Record = record;
        _zones = zones;
        _spec = CompiledScheduleSpec.Compile(record.Schedule.Spec, zones);
    }

    /// <summary>The state, to be stored after every input. Only the machine changes it.</summary>
    public ScheduleRecord Record { get; }

    /// <summary>When <see cref="Advance"/> is to be called next, or null while only other inputs can change anything.</summary>
    public DateTime? NextWakeup { get; private set; }

    private ScheduleInfo Info => Record.Info;

    private ScheduleState State => Record.Schedule.State;

    private string Seed => $"{Record.NamespaceId}-{Record.ScheduleId}";

    private string Identity => $"temporal-scheduler-{Record.Namespace}-{Record.ScheduleId}";

    /// <summary>Makes a schedule. Its parts may be absent; defaults are filled in.</summary>
    /// <exception cref="ScheduleSpecException">The spec is wrong.</exception>
    public static (ScheduleMachine Machine, IReadOnlyList<ScheduleCommand> Commands) Create(
        string namespaceName, string namespaceId, string scheduleId, Schedule? schedule, SchedulePatch? initialPatch, DateTime now, TimeZoneDatabase zones)
    {
        var machine = new ScheduleMachine(
            new ScheduleRecord
            {
                Namespace = namespaceName,
                NamespaceId = namespaceId,
                ScheduleId = scheduleId,
                Schedule = Complete(schedule, zones),
                Info = new ScheduleInfo { CreateTime = Timestamp.FromDateTime(now) },
                ConflictToken = 1,
                LastProcessedTime = Timestamp.FromDateTime(now),
            },
            zones);
        return (machine, machine.Run(now, () => machine.Apply(initialPatch, now)));
    }

    /// <summary>Takes up a stored schedule; starts that were not answered before are asked for again.</summary>
    public static (ScheduleMachine Machine, IReadOnlyList<ScheduleCommand> Commands) Resume(ScheduleRecord record, DateTime now, TimeZoneDatabase zones)
    {
        var machine = new ScheduleMachine(record, zones);
        foreach (var pending in record.PendingStarts)
        {
            machine._commands.Add(new ScheduleCommand.Start(pending.Id, machine.Request(pending)));
        }

        return (machine, machine.Run(now));
    }

    /// <summary>Time has passed.</summary>
    public IReadOnlyList<ScheduleCommand> Advance(DateTime now) => Run(now);

    /// <summary>Triggers, backfills, pauses or unpauses.</summary>
    public IReadOnlyList<ScheduleCommand> Patch(SchedulePatch patch, DateTime now) => Run(now, () => Apply(patch, now));

    /// <summary>Replaces spec, action, policies and state; what runs or waits stays. An outdated token changes nothing, without an error.</summary>
    /// <param name="schedule">The whole new schedule.</param>
    /// <param name="conflictToken">The token of a description; anything but eight bytes stands for any version.</param>
    /// <param name="now">Now.</param>
    /// <param name="updated">False when the token was outdated.</param>
    /// <exception cref="ScheduleSpecException">The spec is wrong.</exception>
    public IReadOnlyList<ScheduleCommand> Update(Schedule schedule, ReadOnlySpan<byte> conflictToken, DateTime now, out bool updated)
    {
        var complete = Complete(schedule, _zones);
        var token = ScheduleToken.Read(conflictToken);
        updated = token is 0 || token == Record.ConflictToken;
        var isCurrent = updated;
        return Run(now, () =>
        {
            if (isCurrent)
            {
                Record.Schedule = complete;
                _spec = CompiledScheduleSpec.Compile(complete.Spec, _zones);
                Info.UpdateTime = Timestamp.FromDateTime(now);
                Record.ConflictToken++;
            }
        });
    }

    /// <summary>A workflow asked for is running.</summary>
    /// <param name="id">The command's number; an unknown one is ignored.</param>
    /// <param name="runId">The run that was started.</param>
    /// <param name="startedAt">When it was started.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<ScheduleCommand> StartSucceeded(long id, string runId, DateTime startedAt, DateTime now)
    {
        if (TakePending(id) is not { } pending)
        {
            return [];
        }

        var execution = new WorkflowExecution { WorkflowId = pending.WorkflowId, RunId = runId };
        Info.ActionCount++;
        Info.RecentActions.Add(new ScheduleActionResult
        {
            ScheduleTime = pending.Start.ActualTime,
            ActualTime = Timestamp.FromDateTime(startedAt),
            StartWorkflowResult = execution,
            StartWorkflowStatus = WorkflowExecutionStatus.Running,
        });
        while (Info.RecentActions.Count > DescribedActions)
        {
            Info.RecentActions.RemoveAt(0);
        }

        if (pending.Tracked)
        {
            Info.RunningWorkflows.Add(execution.Clone());
        }

        return Run(now);
    }

    /// <summary>A workflow asked for could not be started, its id being taken or the request refused: the start is dropped.</summary>
    public IReadOnlyList<ScheduleCommand> StartFailed(long id, DateTime now)
    {
        Record.RetryBuffer |= TakePending(id) is not null;
        return Run(now);
    }

    /// <summary>
    /// A chain of runs has ended: call it with the run that began the chain, once no further run follows. Workflows that the schedule does not
    /// track are ignored. <see cref="WorkflowExecutionStatus.Unspecified"/> stands for one that was deleted.
    /// </summary>
    public IReadOnlyList<ScheduleCommand> WorkflowClosed(
        string workflowId, string firstRunId, WorkflowExecutionStatus status, Payloads? result, Failure? failure, DateTime now)
    {
        if (!Info.RunningWorkflows.Any(running => running.WorkflowId == workflowId && running.RunId == firstRunId) ||
            Record.ClosedWorkflows.Any(closed => closed.FirstRunId == firstRunId))
        {
            return [];
        }

        Record.ClosedWorkflows.Add(new ClosedWorkflow { WorkflowId = workflowId, FirstRunId = firstRunId, Status = status, Result = result, Failure = failure });
        if (Record.BufferedStarts.Count == 0)
        {
            return [];
        }

        _refresh = true; // a start waits for it
        return Run(now);
    }

    /// <summary>Looks at workflows that have closed; to be called after a description that asks for it.</summary>
    public IReadOnlyList<ScheduleCommand> Refresh(DateTime now)
    {
        _refresh = true;
        return Run(now);
    }

    private static Schedule Complete(Schedule? given, TimeZoneDatabase zones)
    {
        var schedule = given?.Clone() ?? new Schedule();
        schedule.Spec = CompiledScheduleSpec.Compile(schedule.Spec ?? new ScheduleSpec(), zones).Canonical;
        schedule.Action ??= new ScheduleAction();
        schedule.State ??= new ScheduleState();
        schedule.Policies ??= new SchedulePolicies();
        if (schedule.Policies.OverlapPolicy == ScheduleOverlapPolicy.Unspecified)
        {
            schedule.Policies.OverlapPolicy = ScheduleOverlapPolicy.Skip;
        }

        var window = schedule.Policies.CatchupWindow ?? DefaultCatchupWindow;
        schedule.Policies.CatchupWindow = window.Seconds < ShortestCatchupWindow.Seconds ? ShortestCatchupWindow.Clone() : window.Clone();
        return schedule;
    }

    private void Apply(SchedulePatch? patch, DateTime now)
    {
        if (patch?.TriggerImmediately is { } trigger)
        {
            var time = trigger.ScheduledTime ?? Timestamp.FromDateTime(new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc));
            AddStart(time, time, trigger.OverlapPolicy, manual: true);
        }

        foreach (var backfill in patch?.BackfillRequest ?? [])
        {
            AddBackfill(backfill);
        }

        SetPaused(patch?.Pause, paused: true);
        SetPaused(patch?.Unpause, paused: false);
    }

    private void SetPaused(string? note, bool paused)
    {
        if (!string.IsNullOrEmpty(note))
        {
            State.Paused = paused;
            State.Notes = note;
            Record.ConflictToken++;
        }
    }

    private PendingStart? TakePending(long id)
    {
        var pending = Record.PendingStarts.FirstOrDefault(start => start.Id == id);
        if (pending is not null)
        {
            Record.PendingStarts.Remove(pending);
        }

        return pending;
    }
}
