using Microsoft.Extensions.Logging;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Timers;

namespace Temporal.DevServer.Schedules;

/// <content>One step after the other: store it, show it, carry it out, and wake up for the next.</content>
internal sealed partial class ScheduleHost
{
    /// <summary>An input that comes from inside; nothing happens when the schedule is another one by now.</summary>
    private Task StepIfAliveAsync(HostedSchedule schedule, ScheduleMachine machine, Func<DateTime, IReadOnlyList<ScheduleCommand>> input)
    {
        lock (schedule.Gate)
        {
            return schedule.Evicted || !ReferenceEquals(schedule.Machine, machine) ? Task.CompletedTask : Step(schedule, input(Now));
        }
    }

    /// <summary>Queues the schedule as it is now for the store. The schedule's lock is held.</summary>
    /// <returns>Completes when it is durable; then the commands are on their way.</returns>
    private Task Step(HostedSchedule schedule, IReadOnlyList<ScheduleCommand> commands)
    {
        var write = new ScheduleWrite(schedule.NamespaceId, schedule.ScheduleId, schedule.Stored);
        schedule.LastCommit = PublishAsync(schedule, _store.CommitAsync(new StoreCommit { Schedule = write }), commands);
        Arm(schedule);
        return schedule.LastCommit;
    }

    private async Task PublishAsync(HostedSchedule schedule, Task durable, IReadOnlyList<ScheduleCommand> commands)
    {
        // Never inline: the caller still holds the schedule's lock.
        await durable.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (schedule.Gate)
        {
            if (schedule.Evicted)
            {
                return;
            }

            Index.Show(schedule);
            if (commands.Count > 0 && schedule.Machine is { } machine)
            {
                schedule.Carrying = CarryOutAsync(schedule, machine, commands, schedule.Carrying);
            }
        }
    }

    /// <summary>Sets the timer for what comes next by itself. The schedule's lock is held.</summary>
    private void Arm(HostedSchedule schedule)
    {
        if (_stopping || NextTime(schedule) is not { } next)
        {
            return;
        }

        schedule.Timer ??= _time.CreateDeadline(_ => OnTimer(schedule), null);
        schedule.Timer.ChangeTo(_time, next);
    }

    private DateTime? NextTime(HostedSchedule schedule) => schedule.Stored?.DeleteTime is { } deleted
        ? Durations.After(deleted.ToDateTime(), Durations.Of(_namespaces.FindById(schedule.NamespaceId)?.Record.Config.WorkflowExecutionRetentionTtl))
        : schedule.Machine?.NextWakeup;

    private void OnTimer(HostedSchedule schedule) => InBackground(schedule, async () =>
    {
        await LookAtRunningAsync(schedule).ConfigureAwait(false);
        await TakeTurnAsync(schedule).ConfigureAwait(false);
    });

    private Task TakeTurnAsync(HostedSchedule schedule)
    {
        lock (schedule.Gate)
        {
            if (schedule.Evicted || _stopping)
            {
                return Task.CompletedTask;
            }

            if (NextTime(schedule) is not { } next || next > Now)
            {
                Arm(schedule);
                return Task.CompletedTask;
            }

            return schedule.Machine is { } machine ? Step(schedule, machine.Advance(Now)) : Forget(schedule);
        }
    }

    private Task Forget(HostedSchedule schedule)
    {
        schedule.Evicted = true;
        _schedules.TryRemove(new((schedule.NamespaceId, schedule.ScheduleId), schedule));
        schedule.Timer?.Dispose();
        return _store.CommitAsync(new StoreCommit { Schedule = new ScheduleWrite(schedule.NamespaceId, schedule.ScheduleId, record: null) });
    }

    /// <summary>Takes out all schedules of a namespace that is being deleted.</summary>
    private Task DropNamespaceAsync(string namespaceId)
    {
        var writes = new List<Task>();
        foreach (var schedule in _schedules.Values.Where(s => s.NamespaceId == namespaceId))
        {
            lock (schedule.Gate)
            {
                schedule.Machine = null;
                if (schedule.Stored is not null)
                {
                    Index.Show(schedule);
                }

                writes.Add(Forget(schedule));
            }
        }

        return Task.WhenAll(writes);
    }

    private void InBackground(HostedSchedule schedule, Func<Task> work)
    {
        var hold = _time.Hold();
        _ = Task.Run(() => RunAsync(schedule, work, hold));
    }

    private async Task RunAsync(HostedSchedule schedule, Func<Task> work, IDisposable? hold)
    {
        using var held = hold;
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (_stopping)
        {
            LogStoppedMeanwhile(e, schedule.ScheduleId); // stored: the next server goes on
        }
        catch (Exception e)
        {
            LogFailed(e, schedule.ScheduleId);
        }
    }

    [LoggerMessage(300, LogLevel.Error, "Schedule '{ScheduleId}' could not go on")]
    private partial void LogFailed(Exception e, string scheduleId);

    [LoggerMessage(301, LogLevel.Debug, "Schedule '{ScheduleId}' was left as it is because the server stops")]
    private partial void LogStoppedMeanwhile(Exception e, string scheduleId);
}
