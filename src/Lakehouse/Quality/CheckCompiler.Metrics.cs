using Lakehouse.Contracts;
using Lakehouse.Yaml;

namespace Lakehouse.Quality;

/// <content>Custom rules of engine <c>lakehouse</c>: numbers over the whole, and comparisons with earlier partitions.</content>
internal sealed partial class CheckCompiler
{
    private CompiledCheck Metric(QualityRule rule, ContractColumn? column)
    {
        var settings = rule.Settings ?? YamlValue.EmptyMap;
        var name = settings["check"]?.AsScalarText();
        var about = settings["column"]?.AsScalarText() is { } named ? _table.Columns.FirstOrDefault(c => c.Name == named || c.ColumnName == named) : column;
        var value = about is not null && _there.TryGetValue(about.ColumnName, out var there) ? new ColumnValue(about, there.Name, SqlTypes.Normal(there.SqlType)) : null;
        switch (name)
        {
            case "psi" or "ks":
                return Stated(rule, about, CheckKind.Distribution, name, "consistency") with { Settings = settings, Verdict = value is null ? NoColumn(name) : null };
            case "anomaly":
                var metric = settings["metric"]?.AsScalarText() ?? "rows";
                return Stated(rule, about, CheckKind.Anomaly, "anomaly", "consistency") with
                {
                    Settings = settings,
                    Aggregate = now => MetricSql.Of(metric, value?.Typed, settings, now)!,
                    Verdict = MetricSql.Of(metric, value?.Typed, settings, default) is null ? NoColumn(metric) : null,
                };
            default:
                var check = Stated(rule, about, CheckKind.Metric, name ?? "metric", name is "freshness" ? "timeliness" : name is "completeness" or "nulls" ? "completeness" : "accuracy");
                return MetricSql.Of(name, value?.Typed, settings, default) is null
                    ? check with { Verdict = NoColumn(name) }
                    : check with { Aggregate = now => MetricSql.Of(name, value?.Typed, settings, now)!, Unit = name is "completeness" ? " %" : name is "freshness" ? " h" : "" };
        }
    }

    private static (CheckStatus Status, string? Message)? NoColumn(string? name) => MetricSql.Names.Contains(name) || name is "psi" or "ks"
        ? (CheckStatus.Broken, $"expected the check '{name}' on a column that is there. Help: put the rule under the column, or name one with 'column'")
        : (CheckStatus.Broken, $"expected a check of {string.Join(", ", MetricSql.Names)}, psi, ks, anomaly, seen '{name}'");
}
