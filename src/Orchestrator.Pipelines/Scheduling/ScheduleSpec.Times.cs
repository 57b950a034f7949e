using System.Globalization;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Scheduling;

public sealed partial record ScheduleSpec
{
    /// <summary>Longest way that a time is moved out of holidays.</summary>
    internal const int MostDaysMoved = 31;

    /// <summary>Every time that was written, from one instant (inclusive) to another (exclusive), in order: those that fire and those that a rule leaves out. Several may fire at one instant.</summary>
    public IEnumerable<NominalTime> Times(DateTimeOffset from, DateTimeOffset to)
    {
        // Wall-clock times of the days around: clock changes and holidays move a time out of its own day.
        var margin = OnHoliday == HolidayRule.NextBusinessDay && Calendar is not null ? MostDaysMoved : 2;
        var (first, last) = (TimeZoneInfo.ConvertTime(from, TimeZone).DateTime, TimeZoneInfo.ConvertTime(to, TimeZone).DateTime);
        return Cron.Between(first.AddDays(-Math.Min(margin, (first - DateTime.MinValue).Days)), last.AddDays(2))
            .SelectMany(TimesOf).Where(t => t.At >= from && t.At < to).Distinct().OrderBy(t => t.At).ThenBy(t => t.Nominal);
    }

    /// <summary>What fires at an instant; empty when nothing does.</summary>
    public IReadOnlyList<NominalTime> FiringAt(DateTimeOffset instant) => [.. Times(instant, instant.AddTicks(1)).Where(t => t.Skipped is null)];

    private IEnumerable<NominalTime> TimesOf(DateTime local)
    {
        if (Calendar is null || OnHoliday == HolidayRule.Run || Calendar.WhyNot(DateOnly.FromDateTime(local)) is not { } holiday)
        {
            return Instants(local).Select(i => new NominalTime(i.At, i.At, i.Skipped));
        }

        if (OnHoliday == HolidayRule.NextBusinessDay)
        {
            for (var moved = 1; moved <= MostDaysMoved; moved++)
            {
                if (Calendar.IsBusinessDay(DateOnly.FromDateTime(local.AddDays(moved))))
                {
                    var nominal = Instants(local).First().At;
                    return Instants(local.AddDays(moved)).Select(i => new NominalTime(i.At, nominal, i.Skipped));
                }
            }
        }

        return Instants(local).Where(i => i.Skipped is null).Select(i => new NominalTime(i.At, i.At, holiday));
    }

    private IEnumerable<(DateTimeOffset At, string? Skipped)> Instants(DateTime local)
    {
        var both = ZoneTime.Instants(local, TimeZone);
        if (both.Count == 0)
        {
            return [(ZoneTime.AfterGap(local, TimeZone), MissingTime == MissingTime.Skip ? Words(local, "does not exist, the clock is put forward") : null)];
        }

        return both.Select((at, pass) => (at, both.Count == 1 ? null : (RepeatedTime, pass) switch
        {
            (RepeatedTime.First, > 0) => Words(local, "comes twice, the second is left out"),
            (RepeatedTime.Second, 0) => Words(local, "comes twice, the first is left out"),
            _ => null,
        }));
    }

    private string Words(DateTime local, string what) => string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH:mm} {what} ({TimeZone.Id})");
}
