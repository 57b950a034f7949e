using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Scheduling;

/// <summary>
/// A schedule's times in the words of Temporal's schedules: calendars in one zone. Where no clock change touches a time, they are the schedule's own wall-clock times. Where one
/// may, they are UTC times, since Temporal's own rule for such nights leaves times out or repeats them, depending on the zone: then, and where holidays move or skip a time, the
/// calendars hold every time at which the schedule may fire and a few more, and <see cref="ScheduleSpec.FiringAt"/> decides.
/// </summary>
public sealed class FiringTimes
{
    private const string Utc = "UTC";

    // Two turns of the calendar are 56 years; what floats by weekday has met each of its dates after 28.
    private static readonly DateTime First = new(2020, 1, 1);
    private static readonly DateTime End = new(2060, 1, 1);

    private readonly TimeZoneInfo _zone;

    private FiringTimes(TimeZoneInfo zone, string name, IReadOnlyList<FiringCalendar> calendars)
    {
        _zone = zone;
        TimeZone = name;
        Calendars = calendars;
    }

    /// <summary>Zone of the calendars: the schedule's own, or <c>UTC</c>.</summary>
    public string TimeZone { get; }

    /// <summary>The calendars; a time counts when one of them matches.</summary>
    public IReadOnlyList<FiringCalendar> Calendars { get; }

    /// <summary>The calendars of a schedule.</summary>
    public static FiringTimes Of(ScheduleSpec schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var days = DaysWithOffsets(schedule.TimeZone);
        var changes = days.Where(d => d.Value.Length > 1).Select(d => d.Key).ToHashSet();
        var own = !changes.SelectMany(d => new[] { d.AddDays(-1), d, d.AddDays(1) }).Distinct().Any(d => IsTouched(schedule, d));
        var calendars = new List<FiringCalendar>();
        foreach (var rule in schedule.Cron.DayRules)
        {
            var found = new DaysByTime();
            var byOffset = days.Where(d => rule(d.Key)).Select(d => Target(schedule, d.Key)).Distinct()
                .SelectMany(d => own ? [(Day: d, Offset: TimeSpan.Zero)] : days.GetValueOrDefault(d, [TimeSpan.Zero]).Select(o => (Day: d, Offset: o)))
                .GroupBy(d => d.Offset, d => d.Day);
            foreach (var group in byOffset)
            {
                found.Add(group.ToArray(), group.Key, schedule.Cron.TimesOfDay);
            }

            if (!own && schedule.MissingTime == MissingTime.Shift)
            {
                found.Add(changes.SelectMany(d => schedule.Times(new DateTimeOffset(d, TimeSpan.Zero).AddDays(-1), new DateTimeOffset(d, TimeSpan.Zero).AddDays(2))).Select(t => t.At.UtcDateTime));
            }

            calendars.AddRange(found.Calendars());
        }

        return own ? new FiringTimes(schedule.TimeZone, NameOf(schedule.TimeZone), calendars) : new FiringTimes(TimeZoneInfo.Utc, Utc, calendars);
    }

    /// <summary>Whether the calendars hold an instant.</summary>
    public bool Holds(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, _zone).DateTime;
        return Calendars.Any(c => c.Matches(local));
    }

    private static string NameOf(TimeZoneInfo zone) =>
        zone.HasIanaId ? zone.Id : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var iana) ? iana : Utc;

    private static bool IsTouched(ScheduleSpec schedule, DateTime day) =>
        schedule.Cron.TimesOfDay.Select(t => day.AddHours(t.Hour).AddMinutes(t.Minute)).Any(t => ZoneTime.Instants(t, schedule.TimeZone).Count != 1);

    /// <summary>The day to which holidays move a day; itself when they do not.</summary>
    private static DateTime Target(ScheduleSpec schedule, DateTime day)
    {
        var isMoved = schedule is { OnHoliday: HolidayRule.NextBusinessDay, Calendar: not null };
        return isMoved ? Enumerable.Range(0, ScheduleSpec.MostDaysMoved + 1).Select(d => day.AddDays(d)).FirstOrDefault(d => schedule.Calendar!.IsBusinessDay(DateOnly.FromDateTime(d)), day) : day;
    }

    /// <summary>The offsets of the clock on each day: two on days of a change.</summary>
    private static Dictionary<DateTime, TimeSpan[]> DaysWithOffsets(TimeZoneInfo zone)
    {
        var days = new Dictionary<DateTime, TimeSpan[]>();
        for (var day = First; day < End; day = day.AddDays(1))
        {
            // A few hours around the day, so that a change at its midnight belongs to it whichever way the clock goes.
            var midnight = new DateTimeOffset(day, zone.BaseUtcOffset);
            var (morning, night) = (zone.GetUtcOffset(midnight.AddHours(-3)), zone.GetUtcOffset(midnight.AddHours(27)));
            days[day] = morning == night ? [morning] : [morning, night];
        }

        return days;
    }
}
