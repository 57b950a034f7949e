using Lakehouse.Contracts;
using Lakehouse.DuckDb;

namespace Lakehouse.Quality;

/// <content>References to other tables.</content>
internal sealed partial class CheckCompiler
{
    /// <summary>
    /// A row offends when its values are all there and the table referred to has no such row. Both sides are compared as text where
    /// their types differ, so that raw text can refer to a typed table.
    /// </summary>
    private void AddReference(IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        var columns = from.Select(f => _table.Columns.FirstOrDefault(c => c.Name == f || c.ColumnName == f)?.ColumnName ?? f).ToList();
        var check = new CompiledCheck
        {
            Rule = $"{string.Join("_", columns)}.reference",
            Kind = CheckKind.Reference,
            Column = string.Join(", ", columns),
            Dimension = "consistency",
            Threshold = QualityThreshold.Zero,
            Reason = $"{string.Join(", ", columns.Select(c => $"'{c}'"))} refers to no row of {string.Join(", ", to)}",
        };
        var targets = to.Select(Target).ToList();
        var tables = targets.Select(t => t.Table).Distinct(StringComparer.Ordinal).ToList();
        if (from.Count != to.Count || tables.Count != 1 || tables[0].Length == 0 || columns.Any(c => !_there.ContainsKey(c)))
        {
            Add(check with { Verdict = (CheckStatus.Broken, $"expected as many columns of this table as of one other, seen ({string.Join(", ", from)}) to ({string.Join(", ", to)})") });
            return;
        }

        if (!_references.TryGetValue(tables[0], out var relation))
        {
            Add(check with { Verdict = (CheckStatus.NotRun, $"the table '{tables[0]}' was not given to the check") });
            return;
        }

        var own = columns.Select(c => SqlIdentifier.Quote(_there[c].Name)).ToList();
        var other = targets.Select(t => SqlIdentifier.Quote(t.Column)).ToList();
        Add(check with
        {
            Offends = $"({string.Join(" AND ", own.Select(c => $"{c} IS NOT NULL"))} AND {Tuple(own)} NOT IN (SELECT {Tuple(other)} FROM {SqlIdentifier.QuoteQualified(relation)} WHERE {string.Join(" AND ", other.Select(c => $"{c} IS NOT NULL"))}))",
        });
    }

    /// <summary>Names of the tables that a contract's table refers to, as the contract writes them, each once.</summary>
    public static IReadOnlyList<string> Referenced(ContractTable table) =>
        [.. table.Relationships.Concat(table.Columns.SelectMany(c => c.Relationships)).SelectMany(r => r.To).Select(t => Target(t).Table).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal)];

    private static string Tuple(IReadOnlyList<string> columns) => columns.Count == 1
        ? $"CAST({columns[0]} AS VARCHAR)"
        : $"row({string.Join(", ", columns.Select(c => $"CAST({c} AS VARCHAR)"))})";

    private static string Last(string reference) => Target(reference).Column;

    // Short: table.column. Full: [file.yaml#][/]schema/table/properties/column.
    private static (string Table, string Column) Target(string reference)
    {
        var parts = reference.Split('#')[^1].Split('/', '.');
        return parts switch
        {
            [.., var table, "properties", var column] => (table, column),
            [.., var table, var column] => (table, column),
            _ => ("", parts[^1]),
        };
    }
}
