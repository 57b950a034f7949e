using System.Globalization;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Scheduling;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>calendar</c>, <c>schedule</c> and <c>triggers</c>.</summary>
internal sealed class ScheduleReader(SpecNode root, ErrorList errors)
{
    public BusinessCalendar? Calendar()
    {
        var node = root["calendar"];
        if (!node.Exists)
        {
            return null;
        }

        var (days, yearly) = (new HashSet<DateOnly>(), new HashSet<(int, int)>());
        foreach (var item in node["holidays"].Items)
        {
            // A day of every year is looked up in a leap year, so that 02-29 is one.
            var whole = item.Text is { Length: 5 } short5 ? "2000-" + short5 : item.Text;
            if (!DateOnly.TryParseExact(whole, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                if (item.Text is { Length: 5 or 10 })
                {
                    errors.Add(item.Place, "this is no day", "'yyyy-MM-dd' or 'MM-dd'", $"'{item.Text}'");
                }
            }
            else if (!(item.Text!.Length == 5 ? yearly.Add((day.Month, day.Day)) : days.Add(day)))
            {
                errors.Add(item.Place, $"holiday '{item.Text}' is listed twice");
            }
        }

        var weekdays = node["weekdays"].Texts.Select(d => (DayOfWeek)ScheduleShapes.Weekdays.ToList().IndexOf(d)).Where(d => d >= 0).ToHashSet();
        var calendar = new BusinessCalendar { Holidays = days, YearlyHolidays = yearly };
        return weekdays.Count > 0 ? calendar with { Weekdays = weekdays } : calendar;
    }

    public ScheduleSpec? Schedule(Partitioning? partitioning, BusinessCalendar? calendar)
    {
        var node = root["schedule"];
        if (!node.Exists)
        {
            return null;
        }

        var cron = CronReader.Read(node["cron"], errors);
        var zone = node["time_zone"].Exists ? new ZoneReader(errors).Read(node["time_zone"]) : partitioning?.Calendar.TimeZone;
        if (partitioning is { Unit: PartitionUnit.File })
        {
            errors.Add(node.Place, "a schedule cannot tell which file is due", "unit 'hour', 'day', 'week', 'month', 'list' or 'static'", "unit 'file'", "start runs by 'triggers.arrival'.");
        }

        if (partitioning is not null && !partitioning.Unit.HasTime() && node["lag"].Exists)
        {
            errors.Add(node["lag"].Place, $"partitions of unit '{Words.Of(partitioning.Unit)}' follow no time, none lies before another", help: "remove the key.");
        }

        if (node["on_holiday"].Exists && calendar is null)
        {
            errors.Add(node["on_holiday"].Place, "there are no holidays", "'calendar' with 'holidays' or 'weekdays'", "no calendar", "add a calendar, or remove the key.");
        }

        if (cron is null || zone is null)
        {
            return null;
        }

        // Partitions of hours are hours of UTC: none is missing, and each of two repeated ones is a partition of its own.
        var (dst, isHours) = (node["dst"], partitioning?.Unit == PartitionUnit.Hour);
        var defaults = new ScheduleSpec { Cron = cron, TimeZone = zone };
        return defaults with
        {
            Lag = node["lag"].Integer ?? defaults.Lag,
            MissingTime = dst["missing_time"].Choice<MissingTime>() ?? (isHours ? MissingTime.Skip : defaults.MissingTime),
            RepeatedTime = dst["repeated_time"].Choice<RepeatedTime>() ?? (isHours ? RepeatedTime.Both : defaults.RepeatedTime),
            OnHoliday = node["on_holiday"].Choice<HolidayRule>() ?? defaults.OnHoliday,
            Calendar = calendar,
            CatchUp = node["catch_up"].Duration ?? defaults.CatchUp,
            Jitter = node["jitter"].Duration ?? defaults.Jitter,
            Overlap = node["overlap"].Choice<OverlapPolicy>() ?? defaults.Overlap,
            Paused = node["paused"].Boolean ?? defaults.Paused,
        };
    }

    public TriggerSpec Triggers()
    {
        var node = root["triggers"];
        var (sources, inputs) = (root["sources"].Keys.Select(k => k.Value).ToList(), root["inputs"].Keys.Select(k => k.Value).ToList());
        DataTrigger? data = null;
        if (node["data"] is { Exists: true } on)
        {
            foreach (var named in on["inputs"].Items.Where(i => i.Text is { } text && !inputs.Contains(text)))
            {
                errors.Add(named.Place, $"there is no input '{named.Text}'", "a name under 'inputs'", $"'{named.Text}'", Suggestions.For(named.Text!, inputs) ?? "declare it under 'inputs'.");
            }

            if (inputs.Count == 0 && !on["inputs"].Exists)
            {
                errors.Add(on.Place, "no input can start the pipeline", "'inputs' with datasets of other pipelines", "none", "declare them, or remove the trigger.");
            }

            data = new DataTrigger(on["when"].Text != "any", on["inputs"].Exists ? on["inputs"].Texts : inputs);
        }

        var arrivals = new Dictionary<string, ArrivalTrigger>(StringComparer.Ordinal);
        foreach (var source in node["arrival"].Keys)
        {
            if (!sources.Contains(source.Value))
            {
                errors.Add(source.Place, $"there is no source '{source.Value}'", "a name under 'sources'", $"'{source.Value}'", Suggestions.For(source.Value, sources) ?? "declare it under 'sources'.");
            }

            var arrival = node["arrival"][source.Value];
            arrivals[source.Value] = new ArrivalTrigger
            {
                Source = source.Value,
                Poll = arrival["poll"].Duration ?? TimeSpan.FromMinutes(1),
                Settle = arrival["settle"].Duration ?? TimeSpan.Zero,
                Notifications = arrival["notifications"].Text,
            };
        }

        return new TriggerSpec { Data = data, Arrivals = arrivals };
    }
}
