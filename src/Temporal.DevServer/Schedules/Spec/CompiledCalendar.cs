using Temporalio.Api.Schedule.V1;
using Ranges = Google.Protobuf.Collections.RepeatedField<Temporalio.Api.Schedule.V1.Range>;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>A calendar in a zone, ready to be searched. A time matches when each of its fields does.</summary>
internal sealed class CompiledCalendar
{
    private const int LastYear = 2100;
    private readonly TimeZoneRules _zone;
    private readonly HashSet<int>? _years;
    private readonly ulong _months;
    private readonly ulong _days;
    private readonly ulong _weekdays;
    private readonly ulong _hours;
    private readonly ulong _minutes;
    private readonly ulong _seconds;

    /// <summary>Compiles a calendar whose ranges may be anything.</summary>
    public CompiledCalendar(StructuredCalendarSpec calendar, TimeZoneRules zone)
    {
        _zone = zone;
        _years = calendar.Year.Count == 0 ? null : [.. Values(calendar.Year, LastYear)];
        _months = Bits(calendar.Month);
        _days = Bits(calendar.DayOfMonth);
        _weekdays = Bits(calendar.DayOfWeek);
        _hours = Bits(calendar.Hour);
        _minutes = Bits(calendar.Minute);
        _seconds = Bits(calendar.Second);
    }

    /// <summary>The instant, in seconds since the Unix epoch, has matching fields.</summary>
    public bool Matches(long instant)
    {
        var local = _zone.Local(instant);
        return HasYear(local.Year) && Has(_months, local.Month) && Has(_days, local.Day) && Has(_weekdays, (int)local.DayOfWeek) &&
            Has(_hours, local.Hour) && Has(_minutes, local.Minute) && Has(_seconds, local.Second);
    }

    /// <summary>
    /// The first matching instant after one, or null. The walk over repeated and missing hours is that of the real server, so that a time in
    /// a repeated hour fires twice in zones west of Greenwich and once in others.
    /// </summary>
    public long? Next(long after)
    {
        var local = _zone.Local(after);
        var (year, month, day) = (local.Year, local.Month, local.Day);
        var (hour, minute, second) = (local.Hour, local.Minute, local.Second + 1);
        var secondPass = _zone.Local(after - 3600).Hour == hour;
        while (true)
        {
            Carry(ref year, ref month, ref day, ref hour, ref minute, ref second, ref secondPass);
            if (year > LastYear)
            {
                return null;
            }

            if (!HasYear(year))
            {
                (year, month, day, hour, minute, second, secondPass) = (year + 1, 1, 1, 0, 0, 0, false);
                continue;
            }

            if (!Has(_months, month))
            {
                (month, day, hour, minute, second, secondPass) = (month + 1, 1, 0, 0, 0, false);
                continue;
            }

            // The weekday is that of the instant, which around a change at midnight may lie on the day before.
            if (!Has(_days, day) || !Has(_weekdays, (int)_zone.Local(Instant(year, month, day, hour, minute, second)).DayOfWeek))
            {
                (day, hour, minute, second, secondPass) = (day + 1, 0, 0, 0, false);
                continue;
            }

            if (!Has(_hours, hour))
            {
                (hour, minute, second, secondPass) = (hour + 1, 0, 0, false);
                continue;
            }

            if (!Has(_minutes, minute))
            {
                (minute, second) = (minute + 1, 0);
                continue;
            }

            if (!Has(_seconds, second))
            {
                second++;
                continue;
            }

            var instant = Instant(year, month, day, hour, minute, second);
            if (_zone.Local(instant).Hour == hour)
            {
                return instant + (secondPass ? 3600 : 0);
            }

            (hour, minute, second) = (hour + 1, 0, 0); // the clock never shows this hour
        }
    }

    private void Carry(ref int year, ref int month, ref int day, ref int hour, ref int minute, ref int second, ref bool secondPass)
    {
        if (second >= 60)
        {
            (minute, second) = (minute + 1, 0);
        }

        if (minute >= 60)
        {
            var thisHour = Instant(year, month, day, hour, 0, 0);
            var nextHour = Instant(year, month, day, hour + 1, 0, 0);
            minute = 0;
            secondPass = !secondPass && nextHour - thisHour > 3600; // two hours on: this one comes twice
            hour += secondPass ? 0 : 1;
        }

        if (hour >= 24)
        {
            (day, hour) = (day + 1, 0);
        }

        if (month <= 12 && day > DateTime.DaysInMonth(year, month))
        {
            (month, day) = (month + 1, 1);
        }

        if (month > 12)
        {
            (year, month) = (year + 1, 1);
        }
    }

    private long Instant(int year, int month, int day, int hour, int minute, int second) =>
        _zone.Instant(new DateTime(year, month, day).AddSeconds((hour * 3600) + (minute * 60) + second));

    private bool HasYear(int year) => _years is null || _years.Contains(year);

    private static bool Has(ulong bits, int value) => (bits >> value & 1) != 0;

    private static ulong Bits(Ranges ranges) => Values(ranges, 63).Where(value => value >= 0).Aggregate(0UL, (bits, value) => bits | (1UL << value));

    private static IEnumerable<int> Values(Ranges ranges, int greatest)
    {
        foreach (var range in ranges)
        {
            for (long value = range.Start; value <= Math.Min(Math.Max(range.Start, range.End), greatest); value += Math.Max(range.Step, 1))
            {
                yield return (int)value;
            }
        }
    }
}
