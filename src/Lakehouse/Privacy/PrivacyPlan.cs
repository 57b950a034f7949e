using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Raw;
using Lakehouse.Tables;

namespace Lakehouse.Privacy;

/// <summary>What becomes of a table's personal columns on the way from bronze to silver, as its contract says. Immutable.</summary>
public sealed class PrivacyPlan
{
    private const string Handled = "handled";

    private readonly ContractTable _table;
    private readonly IReadOnlyDictionary<string, PrivacyRule> _rules;

    private PrivacyPlan(ContractTable table)
    {
        _table = table;
        _rules = table.Columns.Select(PrivacyRules.Of).OfType<PrivacyRule>().ToDictionary(r => r.Column, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The rules by column.</summary>
    public IReadOnlyCollection<PrivacyRule> Rules => [.. _rules.Values];

    /// <summary>Reads a contract's table.</summary>
    public static PrivacyPlan Of(ContractTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new PrivacyPlan(table);
    }

    /// <summary>
    /// Makes a temporary table named <c>handled</c> of a relation, with its personal values handled; the functions it needs are registered with the engine.
    /// </summary>
    /// <param name="connection">The engine.</param>
    /// <param name="relation">Name of the table or view with the values as they came, unquoted.</param>
    /// <param name="keys">Where keys of tokens are found.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <returns>Name of the relation to go on with, unquoted: the table, or the relation itself when nothing is to be done.</returns>
    /// <exception cref="LakehouseException"><c>privacy.key</c>: a key is missing; <c>privacy.handling</c>: a column's type does not allow its handling.</exception>
    public string Handle(DuckDbConnection connection, string relation, IKeyRing keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(keys);
        if (_rules.Values.All(r => r.Handling is ColumnHandling.Keep))
        {
            return relation;
        }

        var columns = connection.Describe(SqlIdentifier.QuoteQualified(relation), cancellationToken);
        var kept = columns.Where(c => Rule(c.Name) is not { Handling: ColumnHandling.Drop })
            .Select(c => Rule(c.Name) is { } rule ? $"{Expression(connection, rule, c.Name, c.Type, keys)} AS {SqlIdentifier.Quote(c.Name)}" : SqlIdentifier.Quote(c.Name));
        try
        {
            connection.Execute($"CREATE OR REPLACE TEMP TABLE {Handled} AS SELECT {string.Join(", ", kept)} FROM {SqlIdentifier.QuoteQualified(relation)}", cancellationToken);
            return Handled;
        }
        finally
        {
            // An engine is used again: whatever SQL comes later must not be able to try values against the key.
            foreach (var rule in _rules.Values.Where(r => r.Handling is ColumnHandling.Tokenise))
            {
                connection.CreateFunction(FunctionOf(rule), (_, _) => false);
            }
        }
    }

    /// <summary>Columns of a relation that the contract does not classify and that seem to hold personal or secret values.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="relation">Name of the table or view, unquoted.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="mostRows">More rows than this are not in the relation. Default: null, nobody knows.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public IReadOnlyList<PiiFinding> Unclassified(DuckDbConnection connection, string relation, IEnumerable<TableColumn> columns, long? mostRows = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var classified = _table.Columns.Where(c => c.IsClassified).Select(c => c.ColumnName).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // Names that begin with an underscore are the product's own: places in files, not people.
        var open = columns.Where(c => !classified.Contains(c.Name) && (!c.Name.StartsWith('_') || c.Name == BronzeColumns.Extra)).ToList();
        return PiiScan.Find(connection, relation, open, mostRows: mostRows, cancellationToken: cancellationToken);
    }

    /// <summary>Why rows with these findings must not be published, and what to do; null when there are none.</summary>
    /// <param name="findings">What <see cref="Unclassified"/> found.</param>
    public string? Refusal(IReadOnlyList<PiiFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Count == 0
            ? null
            : $"privacy.unclassified: expected every column with personal or secret values to be classified, seen {string.Join("; ", findings)}. "
                + "Help: classify each in the contract ('classification: restricted', or 'public' when it is none) and say how it is handled (custom property 'privacy').";
    }

    private PrivacyRule? Rule(string column) => _rules.GetValueOrDefault(column) is { Handling: not ColumnHandling.Keep } rule ? rule : null;

    private static string Expression(DuckDbConnection connection, PrivacyRule rule, string name, string type, IKeyRing keys)
    {
        var column = SqlIdentifier.Quote(name);
        if (Misfit(rule, type) is { } expected)
        {
            throw new LakehouseException("privacy.handling", $"Column '{rule.Column}' is of type {type}: expected {expected} for handling '{rule.Handling.ToString().ToLowerInvariant()}'. Help: cast it in the model or handle it another way.");
        }

        return rule.Handling switch
        {
            ColumnHandling.Null => $"CAST(NULL AS {type})",
            ColumnHandling.Mask => Mask(rule, column),
            ColumnHandling.Generalise => Generalise(rule, column, type),
            _ => $"{Function(connection, rule, keys)}(CAST({column} AS VARCHAR))",
        };
    }

    private static string Function(DuckDbConnection connection, PrivacyRule rule, IKeyRing keys)
    {
        var name = FunctionOf(rule);
        connection.CreateFunction(name, new Tokeniser(keys.Current(rule.Key), rule).Write);
        return SqlIdentifier.Quote(name);
    }

    private static string FunctionOf(PrivacyRule rule) => "token of " + rule.Column.ToLowerInvariant();

    /// <summary>What type a handling wants where a column has another one, in words; null when it fits.</summary>
    /// <param name="rule">The handling.</param>
    /// <param name="type">The column's type as the engine names it.</param>
    public static string? Misfit(PrivacyRule rule, string type)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(type);
        return rule.Handling switch
        {
            ColumnHandling.Mask => type is "VARCHAR" ? null : "text",
            ColumnHandling.Generalise when rule.Prefix is not null => type is "VARCHAR" ? null : "text",
            ColumnHandling.Generalise when rule.Unit is not null => type is "DATE" || type.StartsWith("TIMESTAMP", StringComparison.Ordinal) ? null : "a date or timestamp",
            ColumnHandling.Generalise => IsWhole(type) ? decimal.IsInteger(Width(rule)) ? null : "a number with decimals, or a bucket without" : type is "FLOAT" or "DOUBLE" || IsDecimal(type) ? null : "a number",
            _ => null,
        };
    }

    private static string Mask(PrivacyRule rule, string column) => string.Create(
        CultureInfo.InvariantCulture,
        $"CASE WHEN length({column}) <= {rule.ShowFirst + rule.ShowLast} THEN repeat('*', length({column})) ELSE left({column}, {rule.ShowFirst}) || repeat('*', length({column}) - {rule.ShowFirst + rule.ShowLast}) || right({column}, {rule.ShowLast}) END");

    private static string Generalise(PrivacyRule rule, string column, string type)
    {
        if (rule.Prefix is { } prefix)
        {
            return string.Create(CultureInfo.InvariantCulture, $"left({column}, {prefix})");
        }

        if (rule.Unit is { } unit)
        {
            return $"CAST(date_trunc({SqlIdentifier.Literal(unit)}, {column}) AS {type})";
        }

        var bucket = IsWhole(type) ? decimal.Truncate(Width(rule)).ToString("0", CultureInfo.InvariantCulture) : Width(rule).ToString(CultureInfo.InvariantCulture);
        if (!IsWhole(type) && !IsDecimal(type))
        {
            return $"CAST(floor({column} / {bucket}) * {bucket} AS {type})";
        }

        // Exact where a DOUBLE is not; a bucket that begins below all values of the type begins with the least of them.
        var over = $"{column} % {bucket}";
        return $"coalesce(TRY_CAST(CAST({column} AS {(IsWhole(type) ? "HUGEINT" : WidestOf(type))}) - ({over}) - CASE WHEN {over} < 0 THEN {bucket} ELSE 0 END AS {type}), CASE WHEN {column} IS NOT NULL THEN {LeastOf(type)} END)";
    }

    private static decimal Width(PrivacyRule rule) => decimal.Parse(rule.Bucket!, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool IsWhole(string type) => type is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT";

    private static bool IsDecimal(string type) => type.StartsWith("DECIMAL", StringComparison.Ordinal);

    private static string WidestOf(string type) => $"DECIMAL(38,{type[(type.IndexOf(',', StringComparison.Ordinal) + 1)..].TrimEnd(')').Trim()})";

    private static string LeastOf(string type)
    {
        if (!type.StartsWith("DECIMAL", StringComparison.Ordinal))
        {
            return $"CAST({(type is "TINYINT" ? "-128" : type is "SMALLINT" ? "-32768" : type is "INTEGER" ? "-2147483648" : type is "BIGINT" ? "-9223372036854775808" : "-170141183460469231731687303715884105728")} AS {type})";
        }

        var size = type["DECIMAL(".Length..^1].Split(',').Select(p => int.Parse(p, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture)).ToArray();
        return $"CAST('-0{new string('9', size[0] - size[1])}.{new string('9', size[1])}0' AS {type})";
    }
}
