using System.Globalization;
using Lakehouse.Yaml;

namespace Lakehouse.Quality;

/// <summary>The numbers over a column or table that rules of engine <c>lakehouse</c> can ask for.</summary>
internal static class MetricSql
{
    /// <summary>Names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["rows", "nulls", "completeness", "distinct", "min", "max", "mean", "sum", "stddev", "quantile", "freshness"];

    /// <summary>SQL of one number; null for a name that is none, or one that needs a column where there is none.</summary>
    /// <param name="name">Name of the metric.</param>
    /// <param name="column">The column in SQL as the declared type; null for a rule of the table.</param>
    /// <param name="settings">The rule's settings: <c>at</c> is the quantile.</param>
    /// <param name="now">When it is asked, for freshness.</param>
    public static string? Of(string? name, string? column, YamlValue settings, DateTimeOffset now) => (name, column) switch
    {
        ("rows", _) => "count(*)",
        (_, null) => null,
        ("nulls", _) => $"count(*) - count({column})",

        // An empty table has no gaps.
        ("completeness", _) => $"coalesce(100.0 * count({column}) / nullif(count(*), 0), 100)",
        ("distinct", _) => $"count(DISTINCT {column})",
        ("min" or "max" or "sum", _) => $"CAST({name}({column}) AS DOUBLE)",
        ("mean", _) => $"avg(CAST({column} AS DOUBLE))",
        ("stddev", _) => $"stddev_samp(CAST({column} AS DOUBLE))",
        ("quantile", _) => string.Create(CultureInfo.InvariantCulture, $"quantile_cont(CAST({column} AS DOUBLE), {Math.Clamp(settings["at"]?.AsDouble() ?? 0.5, 0, 1)})"),

        // Hours since the newest value.
        ("freshness", _) => string.Create(CultureInfo.InvariantCulture, $"round(({now.ToUnixTimeMilliseconds()} - epoch_ms(CAST(max({column}) AS TIMESTAMP))) / 3600000.0, 3)"),
        _ => null,
    };
}
