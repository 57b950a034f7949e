using System.Globalization;
using Lakehouse.Quality;
using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>Finds the differences between two contracts, seen from those who read the tables.</summary>
internal static class ContractComparison
{
    public static IEnumerable<ContractChange> Changes(DataContract old, DataContract @new)
    {
        foreach (var table in old.Tables.Where(t => @new.Tables.All(n => n.Name != t.Name)))
        {
            yield return new ContractChange(table.Name, null, ContractChangeKind.TableRemoved, ContractImpact.Breaking, $"table '{table.Name}' is gone");
        }

        foreach (var table in @new.Tables)
        {
            if (old.Tables.FirstOrDefault(o => o.Name == table.Name) is not { } before)
            {
                yield return new ContractChange(table.Name, null, ContractChangeKind.TableAdded, ContractImpact.Additive, $"table '{table.Name}' is new");
                continue;
            }

            foreach (var change in TableChanges(before, table))
            {
                yield return change;
            }
        }
    }

    private static IEnumerable<ContractChange> TableChanges(ContractTable old, ContractTable @new)
    {
        ContractChange Of(string? column, ContractChangeKind kind, ContractImpact impact, string text) => new(@new.Name, column, kind, impact, text);

        var (before, after) = (old.Columns.Select(c => c.ColumnName).ToList(), @new.Columns.Select(c => c.ColumnName).ToList());
        var (gone, fresh) = (before.Except(after).ToList(), after.Except(before).ToList());
        var renamed = RenameFinder.Find(before, after, gone, fresh);
        foreach (var rename in renamed)
        {
            yield return Of(rename.Seen, ContractChangeKind.ColumnRenamed, ContractImpact.Breaking, $"column '{rename.Declared}' is gone and '{rename.Seen}' came, probably the same ({rename.Reason})");
        }

        foreach (var name in gone.Except(renamed.Select(r => r.Declared)))
        {
            var announced = old.Columns.First(c => c.ColumnName == name).Deprecated;
            yield return Of(name, ContractChangeKind.ColumnRemoved, ContractImpact.Breaking, $"column '{name}' is gone{(announced is null ? " and was never deprecated" : $", it was deprecated{(announced.ToString() is { Length: > 0 } text ? $" ({text})" : "")}")}");
        }

        foreach (var name in fresh.Except(renamed.Select(r => r.Seen)))
        {
            yield return Of(name, ContractChangeKind.ColumnAdded, ContractImpact.Additive, $"column '{name}' is new");
        }

        if (!before.Where(after.Contains).SequenceEqual(after.Where(before.Contains)))
        {
            yield return Of(null, ContractChangeKind.ColumnsReordered, ContractImpact.None, $"the columns of '{@new.Name}' stand in another order");
        }

        if (!Key(old).SequenceEqual(Key(@new)))
        {
            yield return Of(null, ContractChangeKind.KeyChanged, ContractImpact.Breaking, $"the primary key is ({string.Join(", ", Key(@new))}), was ({string.Join(", ", Key(old))})");
        }

        foreach (var column in @new.Columns.Where(c => before.Contains(c.ColumnName)))
        {
            foreach (var change in ColumnChanges(old.Columns.First(c => c.ColumnName == column.ColumnName), column, Of))
            {
                yield return change;
            }
        }

        foreach (var change in QualityChanges(null, old.Quality, @new.Quality, Of))
        {
            yield return change;
        }

        if (!Headers(old).SequenceEqual(Headers(@new)))
        {
            yield return Of(null, ContractChangeKind.HeadersChanged, ContractImpact.None, $"header generations of the source are {string.Join(", ", @new.Headers.Select(h => $"'{h.Name}'"))}, were {string.Join(", ", old.Headers.Select(h => $"'{h.Name}'"))} or other columns");
        }

        if (old.Description != @new.Description)
        {
            yield return Of(null, ContractChangeKind.DocumentationChanged, ContractImpact.None, $"the description of '{@new.Name}' changed");
        }
    }

    private static IEnumerable<ContractChange> ColumnChanges(ContractColumn old, ContractColumn @new, Func<string?, ContractChangeKind, ContractImpact, string, ContractChange> of)
    {
        var name = @new.ColumnName;
        if (old.LogicalType != @new.LogicalType || !string.Equals(old.PhysicalType, @new.PhysicalType, StringComparison.OrdinalIgnoreCase))
        {
            var same = old.LogicalType == @new.LogicalType && SqlTypes.Physical(old.PhysicalType) == SqlTypes.Physical(@new.PhysicalType);
            yield return of(name, ContractChangeKind.TypeChanged, same ? ContractImpact.None : ContractImpact.Breaking, $"column '{name}' is of type {Type(@new)}, was {Type(old)}");
        }

        if (old.Required != @new.Required)
        {
            yield return of(name, ContractChangeKind.NullabilityChanged, @new.Required ? ContractImpact.Additive : ContractImpact.Breaking, @new.Required ? $"column '{name}' is never null any more" : $"column '{name}' may now be null");
        }

        if (old.Unique != @new.Unique)
        {
            yield return of(name, ContractChangeKind.KeyChanged, @new.Unique ? ContractImpact.Additive : ContractImpact.Breaking, @new.Unique ? $"column '{name}' is now unique" : $"column '{name}' is no longer unique");
        }

        if (old.Options != @new.Options)
        {
            var wider = IsWider(old.Options, @new.Options);
            yield return of(name, ContractChangeKind.LimitsChanged, wider ? ContractImpact.Breaking : ContractImpact.Additive, $"the limits of column '{name}' are {(wider ? "wider or others: readers may see values they have not seen" : "narrower")}");
        }

        if (!string.Equals(old.Classification, @new.Classification, StringComparison.OrdinalIgnoreCase))
        {
            yield return of(name, ContractChangeKind.ClassificationChanged, @new.IsSensitive && !old.IsSensitive ? ContractImpact.Breaking : ContractImpact.Additive, $"column '{name}' is classified {@new.Classification ?? "not at all"}, was {old.Classification ?? "not at all"}");
        }

        if (old.Privacy != @new.Privacy)
        {
            yield return of(name, ContractChangeKind.ClassificationChanged, ContractImpact.Breaking, $"personal values of column '{name}' are handled as {@new.Privacy?.Handling.ToString().ToLowerInvariant() ?? "nothing"}, were {old.Privacy?.Handling.ToString().ToLowerInvariant() ?? "nothing"} or otherwise");
        }

        if (old.Deprecated != @new.Deprecated)
        {
            yield return of(name, ContractChangeKind.DeprecationChanged, ContractImpact.Additive, @new.Deprecated is { } deprecated ? $"column '{name}' is deprecated{(deprecated.ToString() is { Length: > 0 } text ? $" ({text})" : "")}" : $"column '{name}' is no longer deprecated");
        }

        foreach (var change in QualityChanges(name, old.Quality, @new.Quality, of))
        {
            yield return change;
        }

        if (old.Description != @new.Description)
        {
            yield return of(name, ContractChangeKind.DocumentationChanged, ContractImpact.None, $"the description of column '{name}' changed");
        }
    }

    private static IEnumerable<ContractChange> QualityChanges(string? column, IReadOnlyList<QualityRule> old, IReadOnlyList<QualityRule> @new, Func<string?, ContractChangeKind, ContractImpact, string, ContractChange> of)
    {
        var (before, after) = (old.Select(Rule).ToList(), @new.Select(Rule).ToList());
        foreach (var rule in before.Except(after))
        {
            yield return of(column, ContractChangeKind.QualityChanged, ContractImpact.Breaking, $"the rule {rule}{(column is null ? "" : $" of column '{column}'")} is gone");
        }

        foreach (var rule in after.Except(before))
        {
            yield return of(column, ContractChangeKind.QualityChanged, ContractImpact.Additive, $"the rule {rule}{(column is null ? "" : $" of column '{column}'")} is new");
        }
    }

    // Narrower is only what can be shown to be: each bound kept or moved inwards, every other limit the same or new.
    private static bool IsWider(LogicalTypeOptions old, LogicalTypeOptions @new) =>
        Loosened(old.Minimum, @new.Minimum, -1) || Loosened(old.ExclusiveMinimum, @new.ExclusiveMinimum, -1) || Loosened(Text(old.MinLength), Text(@new.MinLength), -1)
        || Loosened(old.Maximum, @new.Maximum, 1) || Loosened(old.ExclusiveMaximum, @new.ExclusiveMaximum, 1) || Loosened(Text(old.MaxLength), Text(@new.MaxLength), 1)
        || (old.Pattern is not null && old.Pattern != @new.Pattern)
        || (old.Format is not null && old.Format != @new.Format)
        || (old.MultipleOf is not null && old.MultipleOf != @new.MultipleOf);

    /// <summary>True when a bound went away or outwards: down for a lower one (-1), up for an upper one (1).</summary>
    private static bool Loosened(string? old, string? @new, int outwards) => old is not null && (@new is null || Math.Sign(Compare(@new, old)) == outwards);

    private static string? Text(YamlValue? settings) => settings is null ? null : string.Join(" ", settings.Entries.Select(e => $"{e.Key}={e.Value}"));

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static int Compare(string left, string right) =>
        decimal.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var l) && decimal.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var r)
            ? l.CompareTo(r)
            : string.CompareOrdinal(left, right);

    private static string Rule(QualityRule rule) =>
        $"{rule.Name ?? rule.Metric?.ToString() ?? rule.Type.ToString()} {rule.Threshold}{(rule.IsPercent ? " %" : "")} ({rule.Severity.ToString().ToLowerInvariant()}{(rule.ValidValues is { } v ? $", {string.Join('|', v)}" : "")}{(rule.Query ?? rule.Implementation ?? Text(rule.Settings)) switch { { } sql => $", {sql}", _ => "" }})";

    private static IReadOnlyList<string> Key(ContractTable table) => [.. table.PrimaryKey.Select(c => c.ColumnName)];

    private static IReadOnlyList<string> Headers(ContractTable table) =>
        [.. table.Headers.Select(h => $"{h.Name}: {string.Join(',', h.Columns.Select(c => $"{c.Name}={c.Header}{(c.Optional ? "?" : "")}"))}")];

    private static string Type(ContractColumn column) => column.PhysicalType ?? column.LogicalType?.ToString().ToLowerInvariant() ?? "any";
}
