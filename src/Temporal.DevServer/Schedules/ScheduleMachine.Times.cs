using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Schedules.Records;
using Temporal.DevServer.Schedules.Spec;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>Times that have come, from the spec or from backfills, become waiting starts.</summary>
internal sealed partial class ScheduleMachine
{
    private const int LargestBuffer = 1000;
    private const int BackfillsAtOnce = 10;
    private static readonly TimeSpan BackfillPause = TimeSpan.FromSeconds(1);
    private DateTime _backfillsAt;

    private List<ScheduleCommand> Run(DateTime now, System.Action? change = null)
    {
        var next = TakeDueTimes(now);
        if (change is not null)
        {
            change();
            next = TakeDueTimes(now);
        }

        if (Record.Backfills.Count > 0 && now >= _backfillsAt)
        {
            TakeBackfills();
            _backfillsAt = now + BackfillPause;
        }

        ProcessBuffer();
        NextWakeup = MayStart(manual: false) ? next : null;
        if (Record.Backfills.Count > 0 && (Record.BufferedStarts.Count == 0 || Resolve(Record.Backfills[0].OverlapPolicy) == ScheduleOverlapPolicy.AllowAll))
        {
            NextWakeup = NextWakeup < _backfillsAt ? NextWakeup : _backfillsAt;
        }

        var commands = _commands.ToList();
        _commands.Clear();
        return commands;
    }

    /// <summary>Buffers the times due since the last call.</summary>
    /// <returns>The next time.</returns>
    private DateTime? TakeDueTimes(DateTime now)
    {
        var from = Record.LastProcessedTime.ToDateTime();
        now = now < from ? from : now; // a clock that was set back waits
        if (!MayStart(manual: false))
        {
            // Times that pass meanwhile are lost and counted nowhere.
            Record.LastProcessedTime = Timestamp.FromDateTime(now);
            return NextTime(now)?.Actual;
        }

        var window = Record.Schedule.Policies.CatchupWindow.ToTimeSpan();
        var next = NextTime(from);
        for (; next is { } due && due.Actual <= now; next = NextTime(due.Actual))
        {
            Record.LastProcessedTime = Timestamp.FromDateTime(due.Actual);
            if (Info.UpdateTime?.ToDateTime() > due.Actual)
            {
                continue; // the time was due before the spec said so
            }

            if (now - due.Actual > window)
            {
                Info.MissedCatchupWindow++;
                continue;
            }

            AddStart(Timestamp.FromDateTime(due.Nominal), Timestamp.FromDateTime(due.Actual), ScheduleOverlapPolicy.Unspecified, manual: false);
        }

        return next?.Actual;
    }

    /// <summary>Buffers a few times of the oldest backfills.</summary>
    private void TakeBackfills()
    {
        for (var left = BackfillsAtOnce; Record.Backfills.Count > 0 && left > 0 && Record.BufferedStarts.Count < LargestBuffer / 2;)
        {
            var backfill = Record.Backfills[0];
            var end = backfill.EndTime?.ToDateTime() ?? DateTime.UnixEpoch;
            var next = NextTime(backfill.StartTime.ToDateTime());
            for (; next is { } due && due.Actual <= end && left > 0; left--)
            {
                AddStart(Timestamp.FromDateTime(due.Nominal), Timestamp.FromDateTime(due.Actual), backfill.OverlapPolicy, manual: true);
                backfill.StartTime = Timestamp.FromDateTime(due.Actual);
                next = NextTime(due.Actual);
            }

            if (next is null || next.Value.Actual > end)
            {
                Record.Backfills.RemoveAt(0);
            }
        }
    }

    private void AddBackfill(BackfillRequest request)
    {
        if (Record.Backfills.Count >= LargestBuffer)
        {
            Info.BufferDropped++;
            return;
        }

        // A search begins after its start, but a backfill includes its own.
        var backfill = request.Clone();
        var start = backfill.StartTime?.ToDateTime() ?? DateTime.UnixEpoch;
        backfill.StartTime = Timestamp.FromDateTime(start > DateTime.UnixEpoch ? start.AddMilliseconds(-1) : start);
        Record.Backfills.Add(backfill);
    }

    private void AddStart(Timestamp nominal, Timestamp actual, ScheduleOverlapPolicy policy, bool manual)
    {
        if (Record.BufferedStarts.Count >= LargestBuffer)
        {
            Info.BufferDropped++;
            return;
        }

        Record.BufferedStarts.Add(new BufferedStart { NominalTime = nominal, ActualTime = actual, OverlapPolicy = policy, Manual = manual });
        _refresh = true;
    }

    /// <summary>The next time, or null; a spec whose exclusions leave nothing for too long has none.</summary>
    private ScheduleTime? NextTime(DateTime after)
    {
        try
        {
            return _spec.Next(after, Seed);
        }
        catch (ScheduleSpecException)
        {
            return null; // a client that asks for the times is told why
        }
    }

    private bool MayStart(bool manual) => manual || (!State.Paused && (!State.LimitedActions || State.RemainingActions > 0));

    private ScheduleOverlapPolicy Resolve(ScheduleOverlapPolicy policy) =>
        policy == ScheduleOverlapPolicy.Unspecified ? Record.Schedule.Policies.OverlapPolicy : policy;
}
