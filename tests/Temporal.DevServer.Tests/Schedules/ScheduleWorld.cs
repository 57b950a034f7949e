using System.Globalization;
using Temporal.DevServer.Schedules;
using Temporal.DevServer.Schedules.Spec;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Schedules;

/// <summary>
/// A schedule with a clock and workflows that do as they are told: each start is answered and each workflow closes at the times that
/// <see cref="Plan"/> gives. Times are seconds after <see cref="Origin"/>.
/// </summary>
internal sealed class ScheduleWorld
{
    public static readonly DateTime Origin = new(2026, 11, 21, 4, 0, 0, DateTimeKind.Utc);
    private readonly PriorityQueue<System.Action, (double At, int Rank, int Order)> _events = new();
    private ScheduleMachine _machine;
    private int _order;

    public ScheduleWorld(Schedule schedule, Func<string, double, Fate> plan, SchedulePatch? initialPatch = null, double createdAt = 0.2)
    {
        Plan = plan;
        Now = createdAt;
        (_machine, var commands) = ScheduleMachine.Create("default", "ns", "sched", schedule, initialPatch, At(Now), TimeZoneDatabase.System);
        Carry(commands);
    }

    /// <summary>When a start is answered, when the workflow closes and how; a start without an answer time is refused.</summary>
    public sealed record Fate(double? Starts, double? Closes = null, WorkflowExecutionStatus Status = WorkflowExecutionStatus.Completed, Payloads? Result = null, Failure? Failure = null);

    public Func<string, double, Fate> Plan { get; }

    public double Now { get; private set; }

    public List<StartWorkflowExecutionRequest> Started { get; } = [];

    public List<string> Ended { get; } = [];

    public ScheduleMachine Machine => _machine;

    public static DateTime At(double seconds) => Origin.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    public static string Time(DateTime time)
    {
        var seconds = (time - Origin).TotalSeconds;
        return Math.Abs(seconds) < 86_400 ? $"<t={seconds.ToString("0.0", CultureInfo.InvariantCulture)}>" : time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Does something at a time, after all that happens by itself until then.</summary>
    public void Do(double at, Func<ScheduleMachine, DateTime, IReadOnlyList<ScheduleCommand>> input)
    {
        RunUntil(at);
        Carry(input(_machine, At(at)));
    }

    /// <summary>Describes the schedule as the server does: the description, then the refresh it may ask for.</summary>
    public (Schedule Schedule, ScheduleInfo Info) Describe(double at)
    {
        RunUntil(at);
        var (schedule, info, _) = _machine.Describe(out var refresh);
        if (refresh)
        {
            Carry(_machine.Refresh(At(at)));
        }

        return (schedule, info);
    }

    /// <summary>The process stops and starts again from what was stored; nothing happens in between.</summary>
    public void Restart(double at)
    {
        var record = Temporal.DevServer.Schedules.Records.ScheduleRecord.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(_machine.Record));
        Now = at;
        (_machine, var commands) = ScheduleMachine.Resume(record, At(at), TimeZoneDatabase.System);
        Carry(commands);
    }

    public void RunUntil(double until)
    {
        while (true)
        {
            var wakeup = _machine.NextWakeup is { } due ? Math.Max(Now, (due - Origin).TotalSeconds) : double.PositiveInfinity;
            var hasEvent = _events.TryPeek(out var happen, out var key);
            if (Math.Min(wakeup, hasEvent ? key.At : double.PositiveInfinity) > until)
            {
                Now = until;
                return;
            }

            if (hasEvent && key.At <= wakeup)
            {
                _events.Dequeue();
                Now = Math.Max(Now, key.At);
                happen!();
            }
            else
            {
                Now = wakeup;
                Carry(_machine.Advance(At(Now)));
            }
        }
    }

    private void Carry(IReadOnlyList<ScheduleCommand> commands)
    {
        foreach (var command in commands)
        {
            switch (command)
            {
                case ScheduleCommand.Start start:
                    var fate = Plan(start.Request.WorkflowId, Now);
                    After(fate.Starts ?? Now, 1, () => Answer(start, fate));
                    break;
                case ScheduleCommand.Cancel cancel:
                    Ended.Add($"cancel {cancel.WorkflowId}");
                    break;
                case ScheduleCommand.Terminate terminate:
                    Ended.Add($"terminate {terminate.WorkflowId}");
                    break;
            }
        }
    }

    private void Answer(ScheduleCommand.Start start, Fate fate)
    {
        if (fate.Starts is null)
        {
            Carry(_machine.StartFailed(start.Id, At(Now)));
            return;
        }

        Started.Add(start.Request);
        var runId = $"run-{start.Id}";
        if (fate.Closes is { } closes)
        {
            After(closes, 0, () => Carry(_machine.WorkflowClosed(start.Request.WorkflowId, runId, fate.Status, fate.Result, fate.Failure, At(Now))));
        }

        Carry(_machine.StartSucceeded(start.Id, runId, At(Now), At(Now)));
    }

    private void After(double at, int rank, System.Action happen) => _events.Enqueue(happen, (Math.Max(at, Now), rank, _order++));
}
