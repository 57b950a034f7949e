using System.Globalization;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Scheduling;

/// <summary>On which days a pipeline's sources deliver: schedules and expectations of completeness leave the others out.</summary>
public sealed record BusinessCalendar
{
    /// <summary>Days of the week that count. Default: all.</summary>
    public IReadOnlySet<DayOfWeek> Weekdays { get; init; } = Enum.GetValues<DayOfWeek>().ToHashSet();

    /// <summary>Single days that do not count.</summary>
    public IReadOnlySet<DateOnly> Holidays { get; init; } = new HashSet<DateOnly>();

    /// <summary>Days of every year that do not count, as month and day.</summary>
    public IReadOnlySet<(int Month, int Day)> YearlyHolidays { get; init; } = new HashSet<(int, int)>();

    /// <summary>Whether a day counts.</summary>
    public bool IsBusinessDay(DateOnly day) =>
        Weekdays.Contains(day.DayOfWeek) && !Holidays.Contains(day) && !YearlyHolidays.Contains((day.Month, day.Day));

    /// <summary>Why a day does not count; null when it does.</summary>
    public string? WhyNot(DateOnly day) => IsBusinessDay(day) ? null
        : string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} is a ")
            + (Weekdays.Contains(day.DayOfWeek) ? "holiday" : day.DayOfWeek.ToString()) + ", which the calendar leaves out";

    /// <summary>Whether data is expected for a partition: at least one of its days counts. Partitions without time are always expected.</summary>
    public bool Expects(PartitionCalendar calendar, PartitionKey partition)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        if (!calendar.Unit.HasTime() || partition.End <= partition.Start)
        {
            return !calendar.Unit.HasTime();
        }

        var first = DateOnly.FromDateTime(calendar.LocalStart(partition));
        var days = calendar.Unit switch { PartitionUnit.Week => 7, PartitionUnit.Month => DateTime.DaysInMonth(first.Year, first.Month), _ => 1 };
        return Enumerable.Range(0, days).Any(d => IsBusinessDay(first.AddDays(d)));
    }
}
