using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Ranges = System.Collections.Generic.List<Temporalio.Api.Schedule.V1.Range>;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>Turns the written forms, calendars and cron strings, into structured calendars and intervals.</summary>
internal static class CalendarParser
{
    /// <summary>The calendar with its fields read.</summary>
    /// <exception cref="FormatException">Fields are wrong; the message names all of them.</exception>
    public static StructuredCalendarSpec Parse(CalendarSpec calendar)
    {
        var errors = new List<string>();
        var parsed = new StructuredCalendarSpec
        {
            Second = { Field(calendar.Second, FieldKind.Second) },
            Minute = { Field(calendar.Minute, FieldKind.Minute) },
            Hour = { Field(calendar.Hour, FieldKind.Hour) },
            DayOfWeek = { Field(calendar.DayOfWeek, FieldKind.DayOfWeek) },
            DayOfMonth = { Field(calendar.DayOfMonth, FieldKind.DayOfMonth) },
            Month = { Field(calendar.Month, FieldKind.Month) },
            Year = { Field(calendar.Year, FieldKind.Year) },
            Comment = calendar.Comment,
        };
        return errors.Count == 0 ? parsed : throw new FormatException(string.Join(", ", errors));

        Ranges Field(string text, FieldKind kind)
        {
            try
            {
                return FieldParser.Parse(text, kind);
            }
            catch (FormatException e)
            {
                errors.Add(e.Message);
                return [];
            }
        }
    }

    /// <summary>Reads a cron string: <c>[CRON_TZ=zone] minute hour day month weekday [# comment]</c>, a shorthand, or <c>@every duration[/phase]</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static CronString ParseCron(string text)
    {
        text = text.Trim();
        var zone = "";
        if (text.StartsWith("TZ=", StringComparison.Ordinal) || text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            (var prefix, text) = Cut(text, ' ') ?? throw new FormatException("CronString has time zone but missing fields");
            zone = prefix[(prefix.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        var (cron, comment) = Cut(text, '#') ?? (text, "");
        cron = cron.Trim();
        return cron.StartsWith("@every", StringComparison.Ordinal)
            ? new(null, Every(cron), "")
            : new(Parse(Fields(Shorthand(cron), comment.Trim())), null, zone);
    }

    private static CalendarSpec Fields(string cron, string comment) => cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) switch
    {
        [var minute, var hour, var day, var month, var weekday] =>
            new() { Minute = minute, Hour = hour, DayOfMonth = day, Month = month, DayOfWeek = weekday, Comment = comment },
        [var minute, var hour, var day, var month, var weekday, var year] =>
            new() { Minute = minute, Hour = hour, DayOfMonth = day, Month = month, DayOfWeek = weekday, Year = year, Comment = comment },
        [var second, var minute, var hour, var day, var month, var weekday, var year] =>
            new() { Second = second, Minute = minute, Hour = hour, DayOfMonth = day, Month = month, DayOfWeek = weekday, Year = year, Comment = comment },
        _ => throw new FormatException("CronString does not have 5-7 fields"),
    };

    private static string Shorthand(string cron) => cron switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => cron,
    };

    private static IntervalSpec Every(string cron)
    {
        var (_, text) = Cut(cron, ' ') ?? throw new FormatException("CronString does not have interval after @every");
        var (interval, phase) = Cut(text, '/') ?? (text, "");
        var every = new IntervalSpec { Interval = Duration(interval) };
        if (phase.Length > 0)
        {
            every.Phase = Duration(phase);
        }

        return every;
    }

    private static Duration Duration(string text)
    {
        var (seconds, nanos) = Math.DivRem(GoDurationText.ParseNanos(text), 1_000_000_000);
        return new() { Seconds = seconds, Nanos = (int)nanos };
    }

    private static (string Before, string After)? Cut(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : null;
}
