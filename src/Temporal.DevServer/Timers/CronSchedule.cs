using System.Globalization;
using Temporal.DevServer.Frontend;

namespace Temporal.DevServer.Timers;

/// <summary>
/// A workflow's cron schedule: five standard fields, <c>@every duration</c>, <c>@hourly</c> and its like, and a time zone in front
/// (<c>CRON_TZ=Europe/Berlin 0 3 * * *</c>). Without a zone it is UTC.
/// </summary>
internal sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly TimeSpan? _every;
    private readonly TimeZoneInfo _zone;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _days;
    private readonly ulong _months;
    private readonly ulong _weekdays;
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronSchedule(TimeSpan every) => (_every, _zone) = (every, TimeZoneInfo.Utc);

    private CronSchedule(TimeZoneInfo zone, string[] fields)
    {
        _zone = zone;
        _minutes = Field(fields[0], 0, 59, null);
        _hours = Field(fields[1], 0, 23, null);
        _days = Field(fields[2], 1, 31, null);
        _months = Field(fields[3], 1, 12, Months);
        var weekdays = Field(fields[4], 0, 7, Days);
        _weekdays = (weekdays & 0x7f) | (weekdays >> 7 & 1);
        _anyDay = fields[2].StartsWith('*') || fields[2] == "?";
        _anyWeekday = fields[4].StartsWith('*') || fields[4] == "?";
    }

    /// <summary>Raises the real server's error when the text is no schedule or one without any time. Empty is fine: no cron.</summary>
    public static void Validate(string text)
    {
        if (text.Length > 0 && Parse(text).DelayAfter(DateTime.UnixEpoch, DateTime.UnixEpoch) is null)
        {
            throw ServiceErrors.InvalidArgument("invalid CronSchedule, no time can be found to satisfy the schedule");
        }
    }

    public static CronSchedule Parse(string text) => TryParse(text) ?? throw ServiceErrors.InvalidArgument("invalid CronSchedule.");

    /// <summary>The schedule, or null when the text is none.</summary>
    public static CronSchedule? TryParse(string text)
    {
        try
        {
            return ParseCore(text.Trim());
        }
        catch (Exception e) when (e is FormatException or OverflowException or TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            return null;
        }
    }

    /// <summary>
    /// How long to wait, from the close of a run that began at <paramref name="start"/>, or null when no time matches. Waits are whole
    /// seconds.
    /// </summary>
    public TimeSpan? DelayAfter(DateTime start, DateTime close)
    {
        if (_every is { } every)
        {
            var elapsed = close < start ? TimeSpan.Zero : close - start;
            var rest = every - TimeSpan.FromTicks(elapsed.Ticks % every.Ticks);
            return RoundUp(rest);
        }

        var next = Next(close < start ? start : close);
        return next is null ? null : RoundUp(next.Value - close);
    }

    private static TimeSpan RoundUp(TimeSpan span) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(span.TotalSeconds)));

    private static CronSchedule ParseCore(string text)
    {
        var zone = TimeZoneInfo.Utc;
        foreach (var prefix in new[] { "CRON_TZ=", "TZ=" })
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                var end = text.IndexOf(' ', StringComparison.Ordinal);
                zone = TimeZoneInfo.FindSystemTimeZoneById(end < 0 ? throw new FormatException() : text[prefix.Length..end]);
                text = text[end..].Trim();
                break;
            }
        }

        if (text.StartsWith("@every ", StringComparison.Ordinal))
        {
            var every = TimeSpan.FromTicks(GoDurationText.ParseNanos(text["@every ".Length..].Trim(), withDays: false) / 100);
            return new CronSchedule(every < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(Math.Floor(every.TotalSeconds)));
        }

        var fields = text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => text,
        };
        var parts = fields.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 5 ? new CronSchedule(zone, parts) : throw new FormatException();
    }

    private DateTime? Next(DateTime afterUtc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(afterUtc, _zone);
        var at = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified).AddMinutes(1);
        var limit = at.AddYears(5);
        while (at < limit)
        {
            if (!Has(_months, at.Month))
            {
                at = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
            }
            else if (!DayMatches(at))
            {
                at = at.Date.AddDays(1);
            }
            else if (!Has(_hours, at.Hour))
            {
                at = at.Date.AddHours(at.Hour + 1);
            }
            else if (!Has(_minutes, at.Minute) || _zone.IsInvalidTime(at))
            {
                at = at.AddMinutes(1);
            }
            else
            {
                var utc = TimeZoneInfo.ConvertTimeToUtc(at, _zone);
                if (utc > afterUtc)
                {
                    return utc;
                }

                at = at.AddMinutes(1);
            }
        }

        return null;
    }

    /// <summary>As in every cron: a day of month and a weekday that are both restricted match alternatively.</summary>
    private bool DayMatches(DateTime at)
    {
        var (day, weekday) = (Has(_days, at.Day), Has(_weekdays, (int)at.DayOfWeek));
        return _anyDay || _anyWeekday ? day && weekday : day || weekday;
    }

    private static bool Has(ulong set, int value) => (set >> value & 1) == 1;

    private static ulong Field(string text, int min, int max, string[]? names)
    {
        var set = 0UL;
        foreach (var part in text.Split(','))
        {
            var step = 1;
            var range = part;
            if (part.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0)
            {
                step = Number(part[(slash + 1)..], 1, int.MaxValue, null);
                range = part[..slash];
            }

            int from, to;
            if (range is "*" or "?")
            {
                (from, to) = (min, max == 7 ? 6 : max);
            }
            else if (range.IndexOf('-', StringComparison.Ordinal) is var dash and > 0)
            {
                (from, to) = (Number(range[..dash], min, max, names), Number(range[(dash + 1)..], min, max, names));
            }
            else
            {
                from = Number(range, min, max, names);
                to = step > 1 ? max : from;
            }

            if (from > to)
            {
                throw new FormatException();
            }

            for (var value = from; value <= to && value >= 0; value += step)
            {
                set |= 1UL << value;
            }
        }

        return set;
    }

    private static int Number(string text, int min, int max, string[]? names)
    {
        if (names is not null && Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is var index and >= 0)
        {
            return index + min;
        }

        var value = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return value >= min && value <= max ? value : throw new FormatException();
    }
}
