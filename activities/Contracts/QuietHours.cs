using System.Globalization;

namespace Orchestrator.Activities.Contracts;

/// <summary>A time of day, also over midnight, in which nothing is begun. Its ends are those that the clocks of the zone show, also in nights in which these are changed.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends.</param>
/// <param name="Zone">The zone.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>Reads <c>22:00-06:00</c> (UTC) or <c>22:00-06:00 Europe/Berlin</c>; null for null.</summary>
    /// <exception cref="FormatException">It is not of that form, or there is no such zone.</exception>
    public static QuietHours? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is [var hours, .. { Length: < 2 } zones]
            && hours.Split('-') is [var from, var to]
            && TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            && first != last
            && TimeZoneInfo.TryFindSystemTimeZoneById(zones is [var name] ? name : "UTC", out var zone)
            ? new QuietHours(first, last, zone)
            : throw new FormatException($"Quiet hours '{text}': expected a time of day such as 22:00-06:00 (UTC) or 22:00-06:00 Europe/Berlin.");
    }

    /// <summary>How long they go on; null when it is none of them.</summary>
    /// <param name="now">The time (UTC).</param>
    public TimeSpan? LeftAt(DateTime now)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(now, DateTimeKind.Utc), Zone);
        if (!TimeOnly.FromDateTime(local).IsBetween(From, To))
        {
            return null;
        }

        // Clocks that are changed until then show the end earlier or later; in the hour that comes twice the end may be over and come again.
        var end = local.Date + To.ToTimeSpan();
        end = end > local ? end : end.AddDays(1);
        var left = end - Zone.GetUtcOffset(end) - now;
        return left > Least ? left : Least;
    }
}
