using System.Globalization;
using System.Text.RegularExpressions;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Quality.Patterns;
using Lakehouse.Tables;

namespace Lakehouse.Quality;

/// <summary>Turns a contract's table into checks over the columns that are there.</summary>
internal sealed partial class CheckCompiler
{
    /// <summary>What the placeholder of the table stands for while SQL is judged: the name of no table.</summary>
    private const string OwnTable = "the table of the contract";

    private readonly ContractTable _table;
    private readonly TextColumns _textColumns;
    private readonly IReadOnlyDictionary<string, string> _references;
    private readonly Dictionary<string, TableColumn> _there;
    private readonly List<CompiledCheck> _checks = [];
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    private CheckCompiler(ContractTable table, IReadOnlyList<TableColumn> columns, TextColumns textColumns, IReadOnlyDictionary<string, string> references)
    {
        _table = table;
        _textColumns = textColumns;
        _references = references;
        _there = columns.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
    }

    public static IReadOnlyList<CompiledCheck> Compile(ContractTable table, IReadOnlyList<TableColumn> columns, TextColumns textColumns, IReadOnlyDictionary<string, string> references)
    {
        var compiler = new CheckCompiler(table, columns, textColumns, references);
        foreach (var column in table.Columns)
        {
            compiler.AddColumn(column);
        }

        compiler.AddCompositeKey();
        foreach (var relationship in table.Relationships)
        {
            compiler.AddReference([.. relationship.From.Select(f => Last(f))], relationship.To);
        }

        foreach (var rule in table.Quality)
        {
            compiler.AddRule(rule, null, null);
        }

        return compiler._checks;
    }

    private void AddColumn(ContractColumn column)
    {
        var present = _there.TryGetValue(column.ColumnName, out var there);
        if (column.Privacy is { Handling: ColumnHandling.Drop })
        {
            Add(new CompiledCheck
            {
                Rule = $"{column.ColumnName}.absent",
                Kind = CheckKind.Absent,
                Column = column.ColumnName,
                Dimension = "conformity",
                Verdict = present ? (CheckStatus.Failed, $"expected no column '{column.ColumnName}', which the contract has left out, seen one") : (CheckStatus.Passed, null),
            });
            return;
        }

        Add(new CompiledCheck
        {
            Rule = $"{column.ColumnName}.present",
            Kind = CheckKind.Present,
            Column = column.ColumnName,
            Dimension = "conformity",
            Verdict = present ? (CheckStatus.Passed, null) : (CheckStatus.Failed, $"expected a column '{column.ColumnName}', seen {string.Join(", ", _there.Keys.Select(k => $"'{k}'"))}"),
        });
        if (!present)
        {
            return;
        }

        var value = new ColumnValue(column, there!.Name, SqlTypes.Normal(there.SqlType));
        AddType(column, value);
        AddKeys(column, value);
        AddOptions(column, value);
        foreach (var relationship in column.Relationships)
        {
            AddReference([column.Name], relationship.To);
        }

        foreach (var rule in column.Quality)
        {
            AddRule(rule, column, value);
        }
    }

    private void AddType(ContractColumn column, ColumnValue value)
    {
        if (value.IsRawText && _textColumns is TextColumns.CheckEachValue)
        {
            AddRow(column, CheckKind.Type, "type", "conformity", value.NotOfType, $"'{column.ColumnName}' is no {SqlTypes.Checked(column)}");
            return;
        }

        var declared = column.PhysicalType ?? column.LogicalType?.ToString().ToLowerInvariant();
        if (declared is not null && !SqlTypes.Accepts(column, value.Type) && _textColumns is TextColumns.Refuse)
        {
            Add(new CompiledCheck
            {
                Rule = $"{column.ColumnName}.type",
                Kind = CheckKind.Type,
                Column = column.ColumnName,
                Dimension = "conformity",
                Verdict = (CheckStatus.Failed, $"expected column '{column.ColumnName}' of type {declared}, seen {value.Type}. Help: cast it where the table is made, or change the contract"),
            });
        }
    }

    private void AddKeys(ContractColumn column, ColumnValue value)
    {
        if (column.Required)
        {
            AddRow(column, CheckKind.Required, "required", "completeness", $"({value.Raw} IS NULL)", $"'{column.ColumnName}' is null, a value is required");
        }

        if (column.Unique)
        {
            AddSet(column, CheckKind.Unique, "unique", "uniqueness", [value.Raw]);
        }

        if (column.PrimaryKey && !column.Required)
        {
            AddRow(column, CheckKind.PrimaryKeyRequired, "primary_key_required", "completeness", $"({value.Raw} IS NULL)", $"'{column.ColumnName}' is null, it is part of the primary key");
        }

        if (column.PrimaryKey && !column.Unique && _table.PrimaryKey.Count == 1)
        {
            AddSet(column, CheckKind.PrimaryKeyUnique, "primary_key_unique", "uniqueness", [value.Raw]);
        }
    }

    private void AddCompositeKey()
    {
        var key = _table.PrimaryKey;
        if (key.Count < 2 || !key.All(c => _there.ContainsKey(c.ColumnName)))
        {
            return;
        }

        var names = key.Select(c => SqlIdentifier.Quote(_there[c.ColumnName].Name)).ToList();
        Add(new CompiledCheck
        {
            Rule = "primary_key_unique",
            Kind = CheckKind.PrimaryKeyUnique,
            Column = string.Join(", ", key.Select(c => c.ColumnName)),
            Dimension = "uniqueness",
            Threshold = QualityThreshold.Zero,
            Distinct = names,
        });
    }

    private void AddOptions(ContractColumn column, ColumnValue value)
    {
        var (options, name) = (column.Options, column.ColumnName);
        if (options.MinLength is { } min)
        {
            AddRow(column, CheckKind.MinLength, "min_length", "conformity", $"(length({value.Text}) < {min})", $"'{name}' is shorter than {min} characters");
        }

        if (options.MaxLength is { } max)
        {
            AddRow(column, CheckKind.MaxLength, "max_length", "conformity", $"(length({value.Text}) > {max})", $"'{name}' is longer than {max} characters");
        }

        if (options.Pattern is { } pattern)
        {
            var call = PatternCall.Of(value.Text, pattern, whole: false);
            AddRow(column, CheckKind.Pattern, "pattern", "conformity", $"(NOT {call.Sql})", $"'{name}' does not match {pattern}", call);
        }

        AddFormat(column, value);
        AddLimit(column, value, CheckKind.Minimum, "minimum", "<", options.Minimum, "is below");
        AddLimit(column, value, CheckKind.Maximum, "maximum", ">", options.Maximum, "is above");
        AddLimit(column, value, CheckKind.ExclusiveMinimum, "exclusive_minimum", "<=", options.ExclusiveMinimum, "is not above");
        AddLimit(column, value, CheckKind.ExclusiveMaximum, "exclusive_maximum", ">=", options.ExclusiveMaximum, "is not below");
        if (options.MultipleOf is { } factor)
        {
            var typed = SqlTypes.IsFloating(value.TypedAs) ? $"abs({value.Typed} / {value.Limit(factor)} - round({value.Typed} / {value.Limit(factor)})) > 1e-9" : $"{value.Typed} % {value.Limit(factor)} <> 0";
            AddRow(column, CheckKind.MultipleOf, "multiple_of", "conformity", $"({typed})", $"'{name}' is no multiple of {factor}");
        }
    }

    private void AddFormat(ContractColumn column, ColumnValue value)
    {
        var fault = value.UnknownPattern is { } unknown ? $"expected a date pattern of y, M, d, H, h, m, s, S, a, E, X and Z, seen '{unknown}'" : ValueFormats.Fault(column);
        if (fault is not null)
        {
            Add(new CompiledCheck
            {
                Rule = $"{column.ColumnName}.format",
                Kind = CheckKind.Format,
                Line = column.Line,
                Column = column.ColumnName,
                Dimension = "conformity",
                Verdict = (CheckStatus.Broken, fault),
            });
            return;
        }

        if (column.Options.Format is not { } format || column.LogicalType is not (null or LogicalType.String))
        {
            return;
        }

        var call = ValueFormats.Pattern(format) is { } pattern ? PatternCall.Of(value.Text, pattern, whole: true) : null;
        var offends = call is not null ? $"NOT {call.Sql}"
            : ValueFormats.CastType(format) is { } type ? $"({value.Raw} IS NOT NULL AND TRY_CAST({value.Text} AS {type}) IS NULL)"
            : null;
        if (offends is not null)
        {
            AddRow(column, CheckKind.Format, "format", "conformity", $"({offends})", $"'{column.ColumnName}' is no {format}", call);
        }
    }

    private void AddLimit(ContractColumn column, ColumnValue value, CheckKind kind, string suffix, string comparison, string? limit, string verb)
    {
        if (limit is not null)
        {
            AddRow(column, kind, suffix, "conformity", $"({value.Typed} {comparison} {value.Limit(limit)})", $"'{column.ColumnName}' {verb} {limit}");
        }
    }

    private void AddRow(ContractColumn column, CheckKind kind, string suffix, string dimension, string offends, string reason, PatternCall? call = null) => Add(new CompiledCheck
    {
        Rule = $"{column.ColumnName}.{suffix}",
        Kind = kind,
        Column = column.ColumnName,
        Dimension = dimension,
        Threshold = QualityThreshold.Zero,
        Offends = offends,
        Patterns = call is null ? [] : [call],
        Reason = reason,
    });

    private void AddSet(ContractColumn column, CheckKind kind, string suffix, string dimension, IReadOnlyList<string> distinct) => Add(new CompiledCheck
    {
        Rule = $"{column.ColumnName}.{suffix}",
        Kind = kind,
        Column = column.ColumnName,
        Dimension = dimension,
        Threshold = QualityThreshold.Zero,
        Distinct = distinct,
    });

    private void Add(CompiledCheck check)
    {
        var seen = _names[check.Rule] = _names.GetValueOrDefault(check.Rule) + 1;
        _checks.Add(seen == 1 ? check : check with { Rule = $"{check.Rule}_{seen.ToString(CultureInfo.InvariantCulture)}" });
    }

    /// <summary>Number of distinct values that occur more than once; a key with a null in it is none. Without columns: of whole rows.</summary>
    public static string Duplicates(string relation, IReadOnlyList<string> columns) => columns.Count == 0
        ? $"SELECT count(*) FROM (SELECT * FROM {relation} GROUP BY ALL HAVING count(*) > 1)"
        : $"SELECT count(*) FROM (SELECT 1 FROM {relation} WHERE {string.Join(" AND ", columns.Select(c => $"{c} IS NOT NULL"))} GROUP BY {string.Join(", ", columns)} HAVING count(*) > 1)";

    [GeneratedRegex(@"\$?\{(table|object|model|column|property|field)\}", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();
}
