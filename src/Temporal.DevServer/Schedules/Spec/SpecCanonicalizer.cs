using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>Brings a spec into the one form that the server stores and shows: structured calendars and intervals, defaults written out.</summary>
internal static class SpecCanonicalizer
{
    private const int LongestComment = 200;
    private const string ConflictingZones = "conflicting timezone names";

    /// <summary>The spec in its canonical form; the given one stays as it is.</summary>
    /// <exception cref="FormatException">The spec is wrong; the message is the one of the real server.</exception>
    public static ScheduleSpec Canonicalize(ScheduleSpec given)
    {
        var spec = given.Clone();
        spec.StructuredCalendar.AddRange(spec.Calendar.Select(CalendarParser.Parse).ToList());
        spec.Calendar.Clear();
#pragma warning disable CS0612 // clients still send the deprecated form
        spec.ExcludeStructuredCalendar.AddRange(spec.ExcludeCalendar.Select(CalendarParser.Parse).ToList());
        spec.ExcludeCalendar.Clear();
#pragma warning restore CS0612
        AddCronStrings(spec);
        foreach (var calendar in spec.StructuredCalendar)
        {
            Check(calendar);
        }

        foreach (var interval in spec.Interval)
        {
            Check(interval);
        }

        foreach (var range in spec.StructuredCalendar.Concat(spec.ExcludeStructuredCalendar).SelectMany(Fields).SelectMany(field => field.Ranges))
        {
            range.End = Math.Max(range.Start, range.End);
            range.Step = range.Step == 0 ? 1 : range.Step;
        }

        return spec;
    }

    private static void AddCronStrings(ScheduleSpec spec)
    {
        string? zone = null;
        foreach (var cron in spec.CronString.Select(CalendarParser.ParseCron).ToList())
        {
            if (zone is not null && zone != cron.TimeZone)
            {
                throw new FormatException(ConflictingZones);
            }

            zone = cron.TimeZone;
            if (cron.Calendar is not null)
            {
                spec.StructuredCalendar.Add(cron.Calendar);
            }

            if (cron.Interval is not null)
            {
                spec.Interval.Add(cron.Interval);
            }
        }

        spec.CronString.Clear();
        if (string.IsNullOrEmpty(zone))
        {
            return;
        }

        if ((spec.TimezoneName.Length > 0 && spec.TimezoneName != zone) || !spec.TimezoneData.IsEmpty)
        {
            throw new FormatException(ConflictingZones);
        }

        spec.TimezoneName = zone;
    }

    private static IEnumerable<(RepeatedField<Range> Ranges, FieldKind Kind)> Fields(StructuredCalendarSpec calendar) =>
    [
        (calendar.Second, FieldKind.Second),
        (calendar.Minute, FieldKind.Minute),
        (calendar.Hour, FieldKind.Hour),
        (calendar.DayOfMonth, FieldKind.DayOfMonth),
        (calendar.Month, FieldKind.Month),
        (calendar.Year, FieldKind.Year),
        (calendar.DayOfWeek, FieldKind.DayOfWeek),
    ];

    private static void Check(StructuredCalendarSpec calendar)
    {
        var errors = Fields(calendar).SelectMany(field => field.Ranges.SelectMany(range => Errors(range, field.Kind))).ToList();
        if (System.Text.Encoding.UTF8.GetByteCount(calendar.Comment) > LongestComment)
        {
            errors.Add("comment is too long");
        }

        if (errors.Count > 0)
        {
            throw new FormatException($"invalid calendar spec: {string.Join(", ", errors)}");
        }
    }

    private static IEnumerable<string> Errors(Range range, FieldKind kind)
    {
        var (least, greatest) = (kind.Least, kind.GreatestInRange);
        if (range.Start < least || range.Start > greatest)
        {
            yield return $"{kind.Name} Start is not in range [{least}-{greatest}]";
        }

        if (range.End != 0 && (range.End < range.Start || range.End > greatest))
        {
            yield return $"{kind.Name} End is before Start or not in range [{least}-{greatest}]";
        }

        if (range.Step < 0)
        {
            yield return $"{kind.Name} has invalid Step";
        }
    }

    private static void Check(IntervalSpec spec)
    {
        var interval = spec.Interval ?? new Duration();
        var phase = spec.Phase ?? new Duration();
        if (interval.Seconds < 1)
        {
            throw new FormatException("interval is too small");
        }

        if (phase.Seconds < 0 || phase.Nanos < 0)
        {
            throw new FormatException("phase is negative");
        }

        if (phase.Seconds > interval.Seconds || (phase.Seconds == interval.Seconds && phase.Nanos >= interval.Nanos))
        {
            throw new FormatException("phase cannot be greater than Interval");
        }
    }
}
