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
}
