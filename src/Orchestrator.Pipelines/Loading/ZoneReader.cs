using Lakehouse.Contracts;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads time zones. Only names that say one thing: abbreviations and offsets stand for several zones, or for none with clock changes.</summary>
internal sealed class ZoneReader(ErrorList errors)
{
    /// <summary>The zone; UTC when none is given; null after an error.</summary>
    public TimeZoneInfo? Read(SpecNode node)
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

        errors.Add(node.Place, $"time zone '{name}' is not known on this machine", "an IANA name such as 'Europe/Berlin'", $"'{name}'", DidYouMean.Question(name, TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id)) ?? "if the name is right, the system's time zone data (package tzdata) is missing.");
        return null;
    }
}
