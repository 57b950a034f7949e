namespace Orchestrator.Pipelines.Scheduling;

/// <summary>Wall-clock times that match in every field, as a Temporal schedule takes them.</summary>
public sealed record FiringCalendar
{
    /// <summary>Months, 1 to 12.</summary>
    public required IReadOnlyList<int> Months { get; init; }

    /// <summary>Days of the month, 1 to 31.</summary>
    public required IReadOnlyList<int> Days { get; init; }

    /// <summary>Days of the week, 0 (Sunday) to 6.</summary>
    public required IReadOnlyList<int> Weekdays { get; init; }

    /// <summary>Hours, 0 to 23.</summary>
    public required IReadOnlyList<int> Hours { get; init; }

    /// <summary>Minutes, 0 to 59.</summary>
    public required IReadOnlyList<int> Minutes { get; init; }

    /// <summary>Whether a wall-clock time matches.</summary>
    public bool Matches(DateTime local) =>
        local.TimeOfDay.Ticks % TimeSpan.TicksPerMinute == 0 && Minutes.Contains(local.Minute) && Hours.Contains(local.Hour)
        && Days.Contains(local.Day) && Months.Contains(local.Month) && Weekdays.Contains((int)local.DayOfWeek);
}
