using System.Globalization;

namespace Lakehouse.Quality.Statistics;

/// <summary>When partitions begin, by their values as tables hold them, and how far apart they lie.</summary>
public static class PartitionTime
{
    /// <summary>Days are 23 hours apart at the least, where clocks change.</summary>
    private static readonly TimeSpan LessThanADay = TimeSpan.FromHours(12);

    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH", "yyyy-MM-dd HH:mm:sszz", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM"];

    /// <summary>When a partition begins: of a date, an hour or an instant (in UTC), an ISO week or a month; null for any other text.</summary>
    /// <param name="partition">The partition's value as text.</param>
    public static DateTime? Of(string partition)
    {
        ArgumentNullException.ThrowIfNull(partition);
        if (DateTime.TryParseExact(partition, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        return partition is [_, _, _, _, '-', 'W', _, _]
            && int.TryParse(partition.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year > 0
            && int.TryParse(partition.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var week) && week >= 1 && week <= ISOWeek.GetWeeksInYear(year)
            ? DateTime.SpecifyKind(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday), DateTimeKind.Utc)
            : null;
    }

    /// <summary>True for times of which two lie less than a day apart: their partitions are hours.</summary>
    /// <param name="times">The times, in any order.</param>
    public static bool AreHours(IEnumerable<DateTime> times) => LeastGap(times) < LessThanADay;

    /// <summary>The least time between two that differ; the greatest there is where no two do.</summary>
    internal static TimeSpan LeastGap(IEnumerable<DateTime> times)
    {
        var sorted = times.Distinct().Order().ToList();
        return sorted.Zip(sorted.Skip(1), (a, b) => b - a).DefaultIfEmpty(TimeSpan.MaxValue).Min();
    }
}
