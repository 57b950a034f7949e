using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>partitioning</c>.</summary>
internal sealed class PartitioningReader(ErrorList errors)
{
    /// <summary>The partitioning; null after an error that leaves nothing to work with.</summary>
    public Partitioning? Read(SpecNode node)
    {
        var zone = new ZoneReader(errors).Read(node["time_zone"]);
        if (node["unit"].Choice<PartitionUnit>() is not { } unit || node["column"].Text is not { } column)
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

        string[] meaningless = unit switch { PartitionUnit.Static => ["start", "end", "time_zone"], PartitionUnit.File => ["start", "end", "time_zone"], PartitionUnit.List => ["time_zone"], _ => [] };
        foreach (var key in meaningless.Where(k => node[k].Exists))
        {
            errors.Add(node[key].Place, $"'{key}' says nothing about partitions of unit '{node["unit"].Text}'", help: "remove the key.");
        }

        var calendar = new PartitionCalendar(unit, zone ?? TimeZoneInfo.Utc, unit == PartitionUnit.List ? values : null);
        var start = meaningless.Contains("start") ? null : Bound(node["start"], calendar);
        var end = meaningless.Contains("end") ? null : Bound(node["end"], calendar);
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
}
