using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>partitioning</c>.</summary>
internal sealed class PartitioningReader(ErrorList errors)
{
    /// <summary>The partitioning; null after an error that leaves nothing to work with.</summary>
    public Partitioning? Read(SpecNode node)
    {
        var zone = Zone(node["time_zone"]);
        if (!Enum.TryParse<PartitionUnit>(node["unit"].Text, ignoreCase: true, out var unit) || node["column"].Text is not { } column)
        {
            return null;
        }

        var values = node["values"].Items.Select(i => i.Text).OfType<string>().ToList();
        if (unit == PartitionUnit.List && values.Count == 0)
        {
            errors.Add(node.Place, "unit 'list' needs its partitions", "'values' with at least one entry", help: "add e.g. 'values: [north, south]'.");
            return null;
        }

        if (unit != PartitionUnit.List && node["values"].Exists)
        {
            errors.Add(node["values"].Place, $"'values' are the partitions of unit 'list', not of unit '{node["unit"].Text}'", help: "remove the key.");
        }

        if (values.GroupBy(v => v, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            errors.Add(node["values"].Place, $"partition '{twice.Key}' is listed twice");
        }

        if (unit == PartitionUnit.Hour && node["time_zone"].Text is { } named && named != "UTC")
        {
            errors.Add(node["time_zone"].Place, "hour partitions are UTC hours", "'UTC', or no time_zone", $"'{named}'", "local hours repeat or vanish when clocks change; convert to local time in a model.");
        }

        var calendar = new PartitionCalendar(unit, zone ?? TimeZoneInfo.Utc, unit == PartitionUnit.List ? values : null);
        var start = Bound(node["start"], calendar);
        var end = Bound(node["end"], calendar);
        if (start is { } s && end is { } e && calendar.Distance(s, e) <= 0)
        {
            errors.Add(node["end"].Place, "the pipeline ends before it starts", $"a partition after '{s.Value}'", $"'{e.Value}'", "'end' is the first partition that is no longer part of the pipeline.");
        }

        return new Partitioning { Calendar = calendar, Column = column, Start = start, End = end, TimeZone = node["time_zone"].Text ?? "UTC" };
    }

    private PartitionKey? Bound(SpecNode node, PartitionCalendar calendar)
    {
        if (node.Text is not { } text)
        {
            return null;
        }

        if (calendar.TryParse(text, out var key))
        {
            return key;
        }

        errors.Add(node.Place, "this is not a partition of the pipeline", calendar.Pattern, $"'{text}'");
        return null;
    }

    /// <summary>Only names that say one thing: abbreviations and offsets stand for several zones, or for none with clock changes.</summary>
    private TimeZoneInfo? Zone(SpecNode node)
    {
        if (node.Text is not { } name || name == "UTC")
        {
            return node.Exists && node.Text is null ? null : TimeZoneInfo.Utc;
        }

        if (!name.Contains('/', StringComparison.Ordinal) || name.StartsWith("Etc/", StringComparison.Ordinal))
        {
            errors.Add(node.Place, $"time zone '{name}' is ambiguous", "'UTC' or an IANA name of a place such as 'Europe/Berlin'", $"'{name}'", "abbreviations and offsets say nothing about clock changes, and 'Etc/GMT+5' means five hours behind.");
            return null;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        errors.Add(node.Place, $"time zone '{name}' is not known on this machine", "an IANA name such as 'Europe/Berlin'", $"'{name}'", Suggestions.Nearest(name, TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id)) ?? "if the name is right, the system's time zone data (package tzdata) is missing.");
        return null;
    }
}
