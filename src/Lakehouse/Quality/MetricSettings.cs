using Lakehouse.Yaml;

namespace Lakehouse.Quality;

/// <summary>What the settings of a rule of engine <c>lakehouse</c> may say.</summary>
internal static class MetricSettings
{
    private static readonly string[] Thresholds = ["mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween"];

    /// <summary>Settings that say nothing, or nothing that can be: where, what was expected and what seen.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="check">The check that they name.</param>
    /// <param name="columns">Names of the table's columns for a rule of the table; null for one of a column.</param>
    public static IEnumerable<(YamlValue At, string Expected, string Seen)> Faults(YamlValue settings, string check, IReadOnlyList<string>? columns)
    {
        string[] known = ["check", "column", .. check switch
        {
            "anomaly" => ["metric", "at", "learningPoints", "windowPoints", "sensitivity", "leastRelativeBand", "leastBand"],
            "psi" or "ks" => [.. Thresholds, "bins"],
            "quantile" => [.. Thresholds, "at"],
            _ => Thresholds,
        }];
        foreach (var entry in settings.Entries.Where(e => !known.Contains(e.Key)))
        {
            yield return (entry.Value, $"one of the keys {string.Join(", ", known)}", $"'{entry.Key}'");
        }

        foreach (var (key, least, most) in new[] { ("at", 0d, 1d), ("bins", 2, 1000), ("learningPoints", 2, 100_000), ("windowPoints", 2, 100_000), ("sensitivity", 0, double.MaxValue), ("leastRelativeBand", 0, double.MaxValue), ("leastBand", 0, double.MaxValue) })
        {
            if (settings[key] is { } value && !(value.AsDouble() is { } number && number >= least && number <= most && (key is not ("bins" or "learningPoints" or "windowPoints") || value.AsInt32() is not null)))
            {
                yield return (value, most is double.MaxValue ? $"'{key}' of 0 or more" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"'{key}' from {least} to {most}"), value.ToString());
            }
        }

        var metric = check is "anomaly" ? settings["metric"]?.AsScalarText() ?? "rows" : check;
        if (settings["metric"] is { } named && check is "anomaly" && !MetricSql.Names.Contains(metric))
        {
            yield return (named, $"one of the metrics {string.Join(", ", MetricSql.Names)}", named.ToString());
        }

        if (columns is not null && settings["column"] is null && metric is not "rows")
        {
            yield return (settings, $"'column' with the column of '{metric}', or the rule under that column", "a rule of the table without");
        }

        if (columns is not null && settings["column"] is { } column && !columns.Contains(column.AsScalarText()))
        {
            yield return (column, "a column of the table", column.ToString());
        }
    }
}
