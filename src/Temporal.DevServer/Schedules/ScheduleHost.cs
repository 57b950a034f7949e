using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Schedules.Records;
using Temporal.DevServer.Schedules.Spec;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Timers;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>
/// The schedules of all namespaces. Every input of a schedule is a step: the machine takes it under the schedule's lock, the record is queued
/// for the store, and only when it is durable is the caller answered and what the machine asked for carried out.
/// </summary>
internal sealed partial class ScheduleHost : IAsyncDisposable
{
    /// <summary>Timers cannot be set further ahead; a schedule that is due later is looked at once a day.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private const int RememberedRequests = 1000;
    private readonly ConcurrentDictionary<(string NamespaceId, string ScheduleId), HostedSchedule> _schedules = new();
    private readonly IRunStore _store;
    private readonly HistoryEngine _engine;
    private readonly StartRequests _starts;
    private readonly NamespaceRegistry _namespaces;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _stopping;

    /// <summary>The engine's starts and closes are the schedules' from now on.</summary>
    public ScheduleHost(
        IRunStore store, HistoryEngine engine, StartRequests starts, ScheduleIndex index, NamespaceRegistry namespaces, TimeProvider time, ILogger logger)
    {
        (_store, _engine, _starts, Index, _namespaces, _time, _logger) = (store, engine, starts, index, namespaces, time, logger);
        (engine.RunClosed, engine.NamespaceClosing) = (OnRunClosed, DropNamespaceAsync);
    }

    /// <summary>What lists and counts look at.</summary>
    public ScheduleIndex Index { get; }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Takes up what is in the store: missed times are caught up with, unanswered starts are asked for again.</summary>
    public void Recover()
    {
        foreach (var stored in _store.ReadSchedules())
        {
            var schedule = new HostedSchedule(stored.Record.NamespaceId, stored.Record.ScheduleId) { Stored = stored };
            _schedules[(schedule.NamespaceId, schedule.ScheduleId)] = schedule;
            lock (schedule.Gate)
            {
                if (stored.DeleteTime is not null)
                {
                    Arm(schedule);
                    continue;
                }

                (schedule.Machine, var commands) = ScheduleMachine.Resume(stored.Record, Now, TimeZoneDatabase.System);
                Step(schedule, commands);
                Watch(schedule);
            }
        }
    }

    /// <summary>Makes a schedule, unless this very request did so before.</summary>
    public async Task CreateAsync(NamespaceEntry ns, CreateScheduleRequest request, SearchAttributes? attributes)
    {
        while (true)
        {
            var schedule = _schedules.GetOrAdd((ns.Id, request.ScheduleId), key => new HostedSchedule(key.NamespaceId, key.ScheduleId));
            Task durable;
            lock (schedule.Gate)
            {
                if (schedule.Evicted)
                {
                    continue;
                }

                if (schedule.Stored?.CreateRequestId == request.RequestId)
                {
                    durable = schedule.LastCommit;
                }
                else if (schedule.Machine is not null)
                {
                    throw ServiceErrors.ScheduleExists(request.ScheduleId);
                }
                else
                {
                    (schedule.Machine, var commands) = ScheduleMachine.Create(
                        ns.Name, ns.Id, request.ScheduleId, request.Schedule, request.InitialPatch, Now, TimeZoneDatabase.System);
                    schedule.Stored = new StoredSchedule
                    {
                        Record = schedule.Machine.Record,
                        RunId = Guid.CreateVersion7(_time.GetUtcNow()).ToString(),
                        Memo = request.Memo,
                        SearchAttributes = attributes,
                        CreateRequestId = request.RequestId,
                    };
                    durable = Step(schedule, commands);
                }
            }

            await durable.ConfigureAwait(false);
            return;
        }
    }

    /// <summary>What a description shows. It makes the machine look at workflows that closed, as on a real server.</summary>
    public async Task<DescribeScheduleResponse> DescribeAsync(string namespaceId, string scheduleId)
    {
        DescribeScheduleResponse response;
        Task durable;
        ScheduleMachine machine;
        bool refresh;
        var schedule = Find(namespaceId, scheduleId);
        await LookAtRunningAsync(schedule).ConfigureAwait(false);
        lock (schedule.Gate)
        {
            machine = schedule.Machine ?? throw ServiceErrors.NotFound("schedule not found");
            var (shown, info, token) = machine.Describe(out refresh);
            response = new DescribeScheduleResponse
            {
                Schedule = shown,
                Info = info,
                Memo = schedule.Stored!.Memo,
                SearchAttributes = schedule.Stored.SearchAttributes,
                ConflictToken = Google.Protobuf.ByteString.CopyFrom(token),
            };
            durable = schedule.LastCommit;
        }

        await durable.ConfigureAwait(false);
        if (refresh)
        {
            InBackground(schedule, () => StepIfAliveAsync(schedule, machine, now => machine.Refresh(now)));
        }

        return response;
    }

    /// <summary>Replaces the schedule; an outdated conflict token or a repeated request changes nothing.</summary>
    public Task UpdateAsync(string namespaceId, UpdateScheduleRequest request, SearchAttributes? attributes) =>
        ChangeAsync(namespaceId, request.ScheduleId, request.RequestId, (stored, machine, now) =>
        {
            var commands = machine.Update(request.Schedule, request.ConflictToken.Span, now, out var updated);
            if (updated && request.SearchAttributes is not null)
            {
                stored.SearchAttributes = attributes is { IndexedFields.Count: > 0 } ? attributes : null;
            }

            return commands;
        });

    /// <summary>Triggers, backfills, pauses or unpauses.</summary>
    public Task PatchAsync(string namespaceId, string scheduleId, string requestId, SchedulePatch patch) =>
        ChangeAsync(namespaceId, scheduleId, requestId, (_, machine, now) => machine.Patch(patch, now));

    /// <summary>Ends the schedule; workflows that it started go on.</summary>
    public async Task DeleteAsync(string namespaceId, string scheduleId)
    {
        var schedule = Find(namespaceId, scheduleId);
        Task durable;
        lock (schedule.Gate)
        {
            _ = schedule.Machine ?? throw ServiceErrors.AlreadyCompleted();
            schedule.Machine = null;
            schedule.Stored!.DeleteTime = Timestamp.FromDateTime(Now);
            durable = Step(schedule, []);
        }

        await durable.ConfigureAwait(false);
    }

    /// <summary>Times that match, the first bound excluded and the second included, at most 1000.</summary>
    public async Task<IReadOnlyList<DateTime>> MatchingTimesAsync(string namespaceId, string scheduleId, DateTime after, DateTime until)
    {
        var schedule = Find(namespaceId, scheduleId);
        IReadOnlyList<DateTime> times;
        Task durable;
        lock (schedule.Gate)
        {
            times = (schedule.Machine ?? throw ServiceErrors.NotFound("schedule not found")).MatchingTimes(after, until);
            durable = schedule.LastCommit;
        }

        await durable.ConfigureAwait(false);
        return times;
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

    /// <summary>Stops all timers; what is stored is taken up by the next server.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        (_engine.RunClosed, _engine.NamespaceClosing) = (null, null);
        foreach (var schedule in _schedules.Values)
        {
            lock (schedule.Gate)
            {
                schedule.Evicted = true;
            }

            if (schedule.Timer is { } timer)
            {
                await timer.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private HostedSchedule Find(string namespaceId, string scheduleId) =>
        _schedules.TryGetValue((namespaceId, scheduleId), out var schedule) && schedule.Stored is not null
            ? schedule
            : throw ServiceErrors.WorkflowNotFound(ScheduleIndex.WorkflowIdPrefix + scheduleId);

    private async Task ChangeAsync(
        string namespaceId, string scheduleId, string requestId, Func<StoredSchedule, ScheduleMachine, DateTime, IReadOnlyList<ScheduleCommand>> change)
    {
        var schedule = Find(namespaceId, scheduleId);
        await LookAtRunningAsync(schedule).ConfigureAwait(false);
        Task durable;
        lock (schedule.Gate)
        {
            var (stored, machine) = (schedule.Stored!, schedule.Machine ?? throw ServiceErrors.AlreadyCompleted());
            if (requestId.Length > 0 && stored.RequestIds.Contains(requestId))
            {
                durable = schedule.LastCommit;
            }
            else
            {
                var commands = change(stored, machine, Now);
                if (requestId.Length > 0)
                {
                    stored.RequestIds.Add(requestId);
                    while (stored.RequestIds.Count > RememberedRequests)
                    {
                        stored.RequestIds.RemoveAt(0);
                    }
                }

                durable = Step(schedule, commands);
            }
        }

        await durable.ConfigureAwait(false);
    }

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

        var wait = next - Now;
        // Rounded up to whole milliseconds so that nothing happens early.
        var delay = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        schedule.Timer ??= _time.CreateDeadline(_ => OnTimer(schedule), null);
        schedule.Timer.Change(delay, Timeout.InfiniteTimeSpan);
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
