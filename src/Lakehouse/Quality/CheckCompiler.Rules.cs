using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality.Patterns;

namespace Lakehouse.Quality;

/// <content>The contract's quality rules.</content>
internal sealed partial class CheckCompiler
{
    private void AddRule(QualityRule rule, ContractColumn? column, ColumnValue? value)
    {
        var check = rule.Type switch
        {
            QualityRuleType.Library => Library(rule, column, value),
            QualityRuleType.Sql => Query(rule, column),
            QualityRuleType.Custom => Custom(rule, column),
            _ => Stated(rule, column, CheckKind.Text, "text", "consistency") with { Verdict = (CheckStatus.NotRun, "a sentence for people") },
        };
        Add(check);
    }

    private CompiledCheck Library(QualityRule rule, ContractColumn? column, ColumnValue? value)
    {
        switch (rule.Metric)
        {
            case QualityMetric.RowCount:
                return Stated(rule, null, CheckKind.RowCount, "row_count", "coverage");
            case QualityMetric.DuplicateValues:
                return DuplicateValues(rule, column, value);
            case QualityMetric.NullValues when value is not null:
                return Stated(rule, column, CheckKind.NullValues, "null_values", "completeness") with
                {
                    Offends = $"({value.Raw} IS NULL)",
                    Reason = $"'{column!.ColumnName}' is null",
                };
            case QualityMetric.MissingValues when value is not null:
                var missing = rule.MissingValues.OfType<string>().ToList();
                return Stated(rule, column, CheckKind.MissingValues, "missing_values", "completeness") with
                {
                    Offends = missing.Count == 0 ? $"({value.Raw} IS NULL)" : $"({value.Raw} IS NULL OR {value.Text} IN ({string.Join(", ", missing.Select(SqlIdentifier.Literal))}))",
                    Reason = $"'{column!.ColumnName}' is missing",
                };
            case QualityMetric.InvalidValues when value is not null:
                return InvalidValues(rule, column!, value);
            default:
                return Stated(rule, column, CheckKind.Custom, "rule", "consistency") with
                {
                    Verdict = (CheckStatus.Broken, $"expected the metric {rule.Metric} on a column, seen it on the table. Help: move the rule to the column it is about"),
                };
        }
    }

    private CompiledCheck DuplicateValues(QualityRule rule, ContractColumn? column, ColumnValue? value)
    {
        var check = Stated(rule, column, CheckKind.DuplicateValues, "duplicate_values", "uniqueness");
        if (value is not null)
        {
            return check with { Distinct = [value.Raw] };
        }

        var wanted = rule.Properties.Select(p => _table.Columns.FirstOrDefault(c => c.Name == p)?.ColumnName ?? p).ToList();
        var absent = wanted.Where(w => !_there.ContainsKey(w)).ToList();
        if (absent.Count > 0)
        {
            return check with { Verdict = (CheckStatus.Broken, $"expected the columns {string.Join(", ", wanted.Select(w => $"'{w}'"))}, seen none of the name {string.Join(", ", absent.Select(w => $"'{w}'"))}") };
        }

        return check with { Distinct = [.. wanted.Select(w => SqlIdentifier.Quote(_there[w].Name))] };
    }

    private CompiledCheck InvalidValues(QualityRule rule, ContractColumn column, ColumnValue value)
    {
        var invalid = new List<string>();
        var calls = new List<PatternCall>();
        if (rule.ValidValues is { } valid)
        {
            invalid.Add(valid.Count == 0 ? $"({value.Raw} IS NOT NULL)" : $"({value.Text} NOT IN ({string.Join(", ", valid.Select(SqlIdentifier.Literal))}))");
        }

        if (rule.Pattern is { } pattern)
        {
            calls.Add(PatternCall.Of(value.Text, pattern, whole: false));
            invalid.Add($"(NOT {calls[^1].Sql})");
        }

        // Without arguments a value is invalid when it breaks the column's own type or limits.
        if (invalid.Count == 0)
        {
            invalid.AddRange(_checks.Where(c => c.Column == column.ColumnName && c.Offends is not null
                && c.Kind is CheckKind.Type or CheckKind.Pattern or CheckKind.Format or CheckKind.MinLength or CheckKind.MaxLength or CheckKind.Minimum
                    or CheckKind.Maximum or CheckKind.ExclusiveMinimum or CheckKind.ExclusiveMaximum or CheckKind.MultipleOf).Select(c => c.Offends!));
        }

        return Stated(rule, column, CheckKind.InvalidValues, "invalid_values", "conformity") with
        {
            Offends = invalid.Count == 0 ? "false" : $"({string.Join(" OR ", invalid)})",
            Patterns = calls,
            Reason = $"'{column.ColumnName}' is not one of the valid values",
        };
    }

    private CompiledCheck Query(QualityRule rule, ContractColumn? column)
    {
        var check = Stated(rule, column, CheckKind.Sql, "sql", "accuracy");
        var name = column is not null && _there.TryGetValue(column.ColumnName, out var there) ? there.Name : column?.ColumnName;
        return Refusal(IsOwnTable, Fill(rule.Query!, SqlIdentifier.Quote(OwnTable), name)) is { } refusal
            ? check with { Verdict = (CheckStatus.Broken, refusal) }
            : check with { Measure = relation => Fill(rule.Query!, relation, name) };
    }

    private CompiledCheck Custom(QualityRule rule, ContractColumn? column)
    {
        var check = Stated(rule, column, CheckKind.Predicate, "predicate", "accuracy");
        if (rule.Engine?.ToLowerInvariant() is "lakehouse")
        {
            return Metric(rule, column);
        }

        if (rule.Engine?.ToLowerInvariant() is "dotnet")
        {
            return Stated(rule, column, CheckKind.Code, "code", "accuracy") with { CodeName = rule.Implementation ?? rule.Settings?["check"]?.AsScalarText() ?? "", Settings = rule.Settings };
        }

        if (rule.Engine?.ToLowerInvariant() is not ("duckdb" or "sql"))
        {
            return check with
            {
                Kind = CheckKind.Custom,
                Verdict = (CheckStatus.NotRun, $"expected the engine 'duckdb', 'lakehouse' or 'dotnet', seen '{rule.Engine}': nothing was checked. Help: state the rule in SQL or run that engine beside"),
            };
        }

        if (rule.Implementation is not { } predicate)
        {
            return check with { Verdict = (CheckStatus.Broken, "expected a predicate in SQL as 'implementation', seen a structure") };
        }

        var name = column is not null && _there.TryGetValue(column.ColumnName, out var there) ? there.Name : column?.ColumnName;
        var filled = Fill(predicate, SqlIdentifier.Quote(OwnTable), name);

        // By itself too: a text that closes our parenthesis and opens another is no predicate. It is about a row, so it reads no table at all.
        return Refusal(_ => false, $"SELECT {filled}\n", $"SELECT ({filled}\n)") is { } refusal
            ? check with { Verdict = (CheckStatus.Broken, refusal) }
            : check with
            {
                Threshold = rule.Threshold ?? QualityThreshold.Zero,
                Offends = $"(NOT ({filled}\n))",
                Reason = rule.Description ?? $"rule '{check.Rule}' does not hold",
            };
    }

    private static CompiledCheck Stated(QualityRule rule, ContractColumn? column, CheckKind kind, string suffix, string dimension) => new()
    {
        Line = rule.Line,
        Rule = rule.Name ?? (column is null ? suffix : $"{column.ColumnName}.{suffix}"),
        Kind = kind,
        Column = column?.ColumnName,
        Dimension = rule.Dimension ?? dimension,
        Severity = rule.Severity,
        Threshold = rule.Threshold,
        IsPercent = rule.IsPercent,
    };

    private static string Fill(string sql, string relation, string? column) => Placeholder().Replace(sql.TrimEnd().TrimEnd(';'), match =>
        match.Groups[1].Value.ToLowerInvariant() is "column" or "property" or "field"
            ? column is null ? match.Value : SqlIdentifier.Quote(column)
            : relation);

    /// <summary>Why a contract's SQL may not run; null when it may: it passes the gate that models pass, and reads no table but those allowed.</summary>
    private static string? Refusal(Func<string, bool> isAllowed, params string[] texts)
    {
        foreach (var sql in texts)
        {
            try
            {
                if (DuckDbSandbox.Judge(SqlParser.Parse(sql), isAllowed) is [var first, ..])
                {
                    return $"{first.Problem}: expected SQL over the table alone. Help: {first.Help}";
                }
            }
            catch (SqlSyntaxException e)
            {
                return $"expected one SELECT, seen SQL that is none: {e.Message.Split('\n')[0]}";
            }
        }

        return null;
    }

    /// <summary>The placeholder, or the name that <see cref="ContractPlan"/> gives the table; a name with a dot would be looked for in the engine's schemas.</summary>
    private bool IsOwnTable(string name) => name == OwnTable || (string.Equals(name, _table.PhysicalName ?? _table.Name, StringComparison.OrdinalIgnoreCase) && !name.Contains('.', StringComparison.Ordinal));
}
