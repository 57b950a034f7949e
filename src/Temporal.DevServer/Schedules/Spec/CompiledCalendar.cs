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
    /// The first matching instant after one, or null. Around changes of the clock it is the real server's: a time in a repeated hour comes
    /// twice in zones west of Greenwich and once in others (see <see cref="WallClock"/>).
    /// </summary>
    public long? Next(long after)
    {
        var clock = WallClock.At(after, _zone).NextSecond();
        while (clock.Shown.Year <= LastYear)
        {
            if (Beyond(clock) is { } beyond)
            {
                clock = beyond;
            }
            else if (clock.Exists)
            {
                return clock.Instant;
            }
            else
            {
                clock = clock.NextHour();
            }
        }

        return null;
    }

    /// <summary>Where to look next when the greatest field that does not match is done with; null when all match.</summary>
    private WallClock? Beyond(WallClock clock)
    {
        var shown = clock.Shown;
        return !HasYear(shown.Year) ? clock.NextYear()
            : !Has(_months, shown.Month) ? clock.NextMonth()
            : !Has(_days, shown.Day) || !Has(_weekdays, (int)clock.Weekday) ? clock.NextDay()
            : !Has(_hours, shown.Hour) ? clock.NextHour()
            : !Has(_minutes, shown.Minute) ? clock.NextMinute()
            : !Has(_seconds, shown.Second) ? clock.NextSecond()
            : null;
    }

    private bool HasYear(int year) => _years is null || _years.Contains(year);

    private static bool Has(ulong bits, int value) => (bits >> value & 1) != 0;

    private static ulong Bits(Ranges ranges) => Values(ranges, 63).Where(value => value >= 0).Aggregate(0UL, (bits, value) => bits | (1UL << value));

    private static IEnumerable<int> Values(Ranges ranges, int greatest)
    {
        foreach (var range in ranges)
        {
            long step = Math.Max(range.Step, 1);
            // No field has negative values; excluded calendars are not checked and may begin far below.
            var first = range.Start >= 0 ? range.Start : range.Start + ((step - 1 - range.Start) / step * step);
            for (var value = first; value <= Math.Min(Math.Max(range.Start, range.End), greatest); value += step)
            {
                yield return (int)value;
            }
        }
    }
}
