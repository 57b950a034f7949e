using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Schedules;
using Temporal.DevServer.Schedules.Spec;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.Tests.Schedules;

public sealed class ScheduleMachineTests
{
    private static readonly Func<string, double, ScheduleWorld.Fate> AtOnce = (_, now) => new(now, now + 0.1);
    private static readonly Func<string, double, ScheduleWorld.Fate> Never = (_, now) => new(now);

    [Fact]
    public void Create_WithoutParts_FillsInDefaults()
    {
        var (schedule, info, token) = ScheduleMachine.Create("default", "ns", "empty", null, null, ScheduleWorld.Origin, TimeZoneDatabase.System).Machine.Describe(out var refresh);
        Assert.Equal(ScheduleOverlapPolicy.Skip, schedule.Policies.OverlapPolicy);
        Assert.Equal(TimeSpan.FromDays(365), schedule.Policies.CatchupWindow.ToTimeSpan());
        Assert.Equal((1, 0), (ScheduleToken.Read(token), info.FutureActionTimes.Count));
        Assert.NotNull(info.CreateTime);
        Assert.False(refresh);
    }

    [Fact]
    public void Advance_WithLimitedActions_StopsAfterThemButTriggersStillRun()
    {
        var schedule = Every(2);
        schedule.State = new() { LimitedActions = true, RemainingActions = 2 };
        var world = new ScheduleWorld(schedule, AtOnce);
        world.RunUntil(20);
        Assert.Null(world.Machine.NextWakeup);
        Assert.Equal(2, world.Started.Count);

        world.Do(20, (machine, now) => machine.Patch(new() { TriggerImmediately = new() }, now));
        var (described, info) = world.Describe(21);
        Assert.Equal((3, 0, 0), (info.ActionCount, described.State.RemainingActions, info.FutureActionTimes.Count));
        Assert.Equal(3, ScheduleToken.Read(world.Machine.Describe(out _).ConflictToken));
        Assert.Equal(WorkflowIdReusePolicy.AllowDuplicate, world.Started[2].WorkflowIdReusePolicy);
        Assert.Equal(WorkflowIdReusePolicy.RejectDuplicate, world.Started[0].WorkflowIdReusePolicy);
    }

    [Fact]
    public void Patch_WithTriggers_FollowsTheirOverlapPolicies()
    {
        var schedule = Every(86_400);
        schedule.State = new() { Paused = true, Notes = "paused at create" };
        var world = new ScheduleWorld(schedule, (_, now) => new(now, now + 4), new() { TriggerImmediately = new() }, createdAt: 0.8);
        Trigger(1.6, ScheduleOverlapPolicy.Unspecified);
        Trigger(2.6, ScheduleOverlapPolicy.AllowAll);
        Trigger(3.5, ScheduleOverlapPolicy.BufferOne);
        Trigger(4.5, ScheduleOverlapPolicy.AllowAll, new DateTime(2026, 1, 5, 6, 7, 8, 900, DateTimeKind.Utc));
        var (_, info) = world.Describe(4.7);
        Assert.Equal((3, 1, 1), (info.ActionCount, info.OverlapSkipped, info.BufferSize));

        world.RunUntil(20);
        Assert.Equal(
            ["wf-2026-11-21T04:00:00Z", "wf-2026-11-21T04:00:02Z", "wf-2026-01-05T06:07:08Z", "wf-2026-11-21T04:00:03Z"],
            world.Started.Select(request => request.WorkflowId));
        Assert.Equal("\"2026-01-05T06:07:08Z\"", world.Started[2].SearchAttributes.IndexedFields["TemporalScheduledStartTime"].Data.ToStringUtf8());
        Assert.Equal("temporal-scheduler-default-sched", world.Started[0].Identity);

        void Trigger(double at, ScheduleOverlapPolicy policy, DateTime? time = null) => world.Do(at, (machine, now) => machine.Patch(
            new() { TriggerImmediately = new() { OverlapPolicy = policy, ScheduledTime = time is null ? null : Timestamp.FromDateTime(time.Value) } }, now));
    }

    [Fact]
    public void Patch_PauseAndUnpause_LosesTheTimesBetween()
    {
        var world = new ScheduleWorld(Every(2), AtOnce);
        world.Do(5.3, (machine, now) => machine.Patch(new() { Pause = "maintenance" }, now));
        var (schedule, info) = world.Describe(9);
        Assert.Equal((true, "maintenance"), (schedule.State.Paused, schedule.State.Notes));
        Assert.Equal(["<t=6.0>", "<t=8.0>"], info.FutureActionTimes.Take(2).Select(t => ScheduleWorld.Time(t.ToDateTime())));

        world.Do(9.7, (machine, now) => machine.Patch(new() { Unpause = "done" }, now));
        (schedule, info) = world.Describe(15);
        Assert.Equal((false, "done", 5, 0), (schedule.State.Paused, schedule.State.Notes, info.ActionCount, info.OverlapSkipped));
        Assert.Equal(3, ScheduleToken.Read(world.Machine.Describe(out _).ConflictToken));
    }

    [Fact]
    public void Update_WithAStaleToken_ChangesNothing()
    {
        var world = new ScheduleWorld(Every(2), AtOnce);
        var token = world.Machine.Describe(out _).ConflictToken;
        var other = Every(10);
        other.Action.StartWorkflow.WorkflowId = "other";
        world.Do(3, (machine, now) => Updated(machine.Update(other, token, now, out var updated), updated, true));
        world.Do(4.5, (machine, now) => Updated(machine.Update(Every(2), token, now, out var updated), updated, false));
        var (schedule, info) = world.Describe(11);
        Assert.Equal("other", schedule.Action.StartWorkflow.WorkflowId);
        Assert.Equal(["wf-2026-11-21T04:00:02Z", "other-2026-11-21T04:00:10Z"], world.Started.Select(request => request.WorkflowId));
        Assert.Equal(ScheduleWorld.At(3), info.UpdateTime.ToDateTime());
        world.Do(11.5, (machine, now) => Updated(machine.Update(Every(2), [1, 2, 3], now, out var updated), updated, true));

        static IReadOnlyList<ScheduleCommand> Updated(IReadOnlyList<ScheduleCommand> commands, bool seen, bool expected)
        {
            Assert.Equal(expected, seen);
            return commands;
        }
    }

    [Fact]
    public void Update_OfTheSpec_NeverStartsTimesBeforeIt()
    {
        var world = new ScheduleWorld(Every(3600), AtOnce);
        world.Do(1800.5, (machine, now) => machine.Update(Every(1), default, now, out _));
        world.RunUntil(1803.5);
        Assert.Equal(["wf-2026-11-21T04:30:01Z", "wf-2026-11-21T04:30:02Z", "wf-2026-11-21T04:30:03Z"], world.Started.Select(request => request.WorkflowId));
    }

    [Fact]
    public void Advance_WithCancelOther_CancelsAndStartsTheNewestAfterTheClose()
    {
        var schedule = Every(2);
        schedule.Policies = new() { OverlapPolicy = ScheduleOverlapPolicy.CancelOther };
        var world = new ScheduleWorld(schedule, (id, now) => id.EndsWith("02Z", StringComparison.Ordinal) ? new(now, 6.5, WorkflowExecutionStatus.Canceled) : new(now));
        world.RunUntil(7);
        Assert.Contains("cancel wf-2026-11-21T04:00:02Z", world.Ended);
        Assert.Equal(["wf-2026-11-21T04:00:02Z", "wf-2026-11-21T04:00:06Z"], world.Started.Select(request => request.WorkflowId));
    }

    [Fact]
    public void Advance_WithEndlessBuffering_DropsBeyondTheLimit()
    {
        var schedule = Every(1);
        schedule.Policies = new() { OverlapPolicy = ScheduleOverlapPolicy.BufferAll };
        var world = new ScheduleWorld(schedule, Never);
        world.RunUntil(1100.5);
        var (_, info) = world.Describe(1100.6);
        Assert.Equal((1, 1000, 99), (info.ActionCount, info.BufferSize, info.BufferDropped));
    }

    [Fact]
    public void Patch_WithALongBackfill_TakesAFewTimesASecond()
    {
        var schedule = Every(3600);
        schedule.State = new() { Paused = true };
        var world = new ScheduleWorld(schedule, AtOnce);
        world.Do(1, (machine, now) => machine.Patch(
            new()
            {
                BackfillRequest =
                {
                    new BackfillRequest
                    {
                        StartTime = Timestamp.FromDateTime(ScheduleWorld.Origin.AddDays(-1)),
                        EndTime = Timestamp.FromDateTime(ScheduleWorld.Origin),
                        OverlapPolicy = ScheduleOverlapPolicy.AllowAll,
                    },
                },
            },
            now));
        world.RunUntil(1.5);
        Assert.Equal(10, world.Started.Count);
        world.RunUntil(5);
        Assert.Equal(25, world.Started.Select(request => request.WorkflowId).Distinct().Count());
        Assert.Null(world.Machine.NextWakeup);
        Assert.Equal(10, world.Describe(6).Info.RecentActions.Count);
        Assert.Equal(5, world.Machine.ListInfo().RecentActions.Count);
    }

    [Fact]
    public void Resume_WithAnUnansweredStart_AsksAgainWithTheSameRequestId()
    {
        var (machine, _) = ScheduleMachine.Create("default", "ns", "sched", Every(2), null, ScheduleWorld.At(0.2), TimeZoneDatabase.System);
        var first = Assert.IsType<ScheduleCommand.Start>(Assert.Single(machine.Advance(ScheduleWorld.At(2))));
        var (again, commands) = ScheduleMachine.Resume(machine.Record.Clone(), ScheduleWorld.At(3), TimeZoneDatabase.System);
        Assert.Equal(first.Request, Assert.IsType<ScheduleCommand.Start>(Assert.Single(commands)).Request);
        Assert.Empty(again.StartSucceeded(first.Id, "run", ScheduleWorld.At(3), ScheduleWorld.At(3)));
        Assert.Equal(1, again.Describe(out _).Info.ActionCount);
        Assert.Empty(again.StartSucceeded(first.Id, "run", ScheduleWorld.At(3), ScheduleWorld.At(3)));
        Assert.Equal(1, again.Describe(out _).Info.ActionCount);
    }

    [Fact]
    public void WorkflowClosed_ForAWorkflowOfSomebodyElse_IsIgnored()
    {
        var world = new ScheduleWorld(Every(2), Never);
        world.RunUntil(3);
        world.Do(3, (machine, now) => machine.WorkflowClosed("wf-2026-11-21T04:00:02Z", "another run", WorkflowExecutionStatus.Completed, null, null, now));
        Assert.Single(world.Describe(3.1).Info.RunningWorkflows);
    }

    private static Schedule Every(long seconds) => new()
    {
        Spec = new() { Interval = { new IntervalSpec { Interval = new() { Seconds = seconds } } } },
        Action = new() { StartWorkflow = new NewWorkflowExecutionInfo { WorkflowId = "wf", WorkflowType = new() { Name = "Scheduled" }, TaskQueue = new() { Name = "q" } } },
    };
}
