namespace Orchestrator.Pipelines.Scheduling;

/// <summary>On which days of a year, and of a week, each time of a day comes; gathered, then told by few calendars.</summary>
internal sealed class DaysByTime
{
    private const int MinutesOfDay = 24 * 60;

    private readonly SortedDictionary<int, (SortedSet<(int Month, int Day)> Days, SortedSet<int> Weekdays)> _times = [];

    /// <summary>Adds wall-clock times of days of which the clock shows one offset, as UTC.</summary>
    public void Add(IReadOnlyList<DateTime> days, TimeSpan offset, IEnumerable<(int Hour, int Minute)> times)
    {
        var minutes = times.Select(t => (t.Hour * 60) + t.Minute - (int)offset.TotalMinutes);
        foreach (var shifted in minutes.GroupBy(m => (int)Math.Floor(m / (double)MinutesOfDay)))
        {
            var moved = days.Select(d => d.AddDays(shifted.Key)).ToArray();
            var (of, weekdays) = (moved.Select(d => (d.Month, d.Day)).ToHashSet(), moved.Select(d => (int)d.DayOfWeek).ToHashSet());
            foreach (var minute in shifted)
            {
                At(minute - (shifted.Key * MinutesOfDay)).Days.UnionWith(of);
                At(minute - (shifted.Key * MinutesOfDay)).Weekdays.UnionWith(weekdays);
            }
        }
    }

    /// <summary>Adds single times.</summary>
    public void Add(IEnumerable<DateTime> times)
    {
        foreach (var time in times)
        {
            var (days, weekdays) = At((time.Hour * 60) + time.Minute);
            days.Add((time.Month, time.Day));
            weekdays.Add((int)time.DayOfWeek);
        }
    }

    /// <summary>Calendars that hold every time on each of its days.</summary>
    public IEnumerable<FiringCalendar> Calendars()
    {
        foreach (var alike in _times.GroupBy(t => string.Join(',', t.Value.Days) + "|" + string.Join(',', t.Value.Weekdays)))
        {
            var (days, weekdays) = alike.First().Value;
            var months = days.GroupBy(d => d.Month, d => d.Day).Select(m => (Month: m.Key, Days: Whole(m.Key, [.. m]))).GroupBy(m => string.Join(',', m.Days)).ToArray();
            var clock = alike.GroupBy(t => t.Key % 60, t => t.Key / 60).Select(m => (Minute: m.Key, Hours: m.ToArray())).GroupBy(m => string.Join(',', m.Hours)).ToArray();
            foreach (var (month, time) in months.SelectMany(m => clock, (m, c) => (m, c)))
            {
                yield return new FiringCalendar
                {
                    Months = [.. month.Select(m => m.Month)],
                    Days = month.First().Days,
                    Weekdays = [.. weekdays],
                    Hours = time.First().Hours,
                    Minutes = [.. time.Select(t => t.Minute)],
                };
            }
        }
    }

    private (SortedSet<(int Month, int Day)> Days, SortedSet<int> Weekdays) At(int minute)
    {
        if (!_times.TryGetValue(minute, out var at))
        {
            _times[minute] = at = ([], []);
        }

        return at;
    }

    /// <summary>Whole months are alike, however long they are.</summary>
    private static int[] Whole(int month, int[] days) => days.Length == DateTime.DaysInMonth(2000, month) ? [.. Enumerable.Range(1, 31)] : days;
}
