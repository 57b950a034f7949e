using System.Text.RegularExpressions;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>New rows as a table's columns: by name, whatever the letters' case; a column that is not given is NULL; types may only widen.</summary>
internal static partial class SourceColumns
{
    private static readonly string[] Whole = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"];

    /// <summary>The SELECT list.</summary>
    /// <exception cref="LakehouseException"><c>schema.changed</c>: names all columns the table has not, or has otherwise.</exception>
    public static string Project(TableSchema schema, IReadOnlyList<(string Name, string Type)> given, string table)
    {
        var byName = given.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        string[] wrong =
        [
            .. given.Where(g => !schema.Columns.Any(c => Same(c.Name, g.Name))).Select(g => $"'{g.Name}' {g.Type} is not in the table"),
            .. schema.Columns.Where(c => byName.TryGetValue(c.Name, out var g) && !Fits(g.Type, c.SqlType)).Select(c => $"'{c.Name}' is {c.SqlType} in the table, {byName[c.Name].Type} was given"),
        ];
        if (wrong.Length > 0)
        {
            throw new LakehouseException("schema.changed", $"The rows do not fit table '{table}': {string.Join("; ", wrong)}. Help: cast or leave out in the query, or let the write add columns.");
        }

        return string.Join(", ", schema.Columns.Select(c => byName.TryGetValue(c.Name, out var g)
            ? $"CAST({SqlIdentifier.Quote(g.Name)} AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"
            : $"CAST(NULL AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"));
    }

    /// <summary>Columns given that the table has not.</summary>
    public static IReadOnlyList<TableColumn> Added(TableSchema schema, IReadOnlyList<(string Name, string Type)> given) =>
        [.. given.Where(g => !schema.Columns.Any(c => Same(c.Name, g.Name))).Select(g => new TableColumn(g.Name, g.Type))];

    /// <summary>Whether each value of one type is one of the other.</summary>
    public static bool Fits(string from, string to)
    {
        // Names of a struct's fields may be quoted or not.
        if (from.Replace("\"", "", StringComparison.Ordinal) == to.Replace("\"", "", StringComparison.Ordinal) || from is "\"NULL\"" or "NULL")
        {
            return true;
        }

        if (Array.IndexOf(Whole, from) is >= 0 and var narrow)
        {
            return Array.IndexOf(Whole, to) > narrow || (to == "DOUBLE" && narrow <= 2) || (Decimal(to) is var (p, s) && p - s >= new[] { 3, 5, 10, 20 }[narrow]);
        }

        return (from, to) switch
        {
            ("FLOAT", "DOUBLE") => true,
            ("DATE", "TIMESTAMP") => true,
            _ => Decimal(from) is var (p1, s1) && Decimal(to) is var (p2, s2) && s2 >= s1 && p2 - s2 >= p1 - s1,
        };
    }

    private static (int Precision, int Scale)? Decimal(string type) => DecimalType().Match(type) is { Success: true } m
        ? (int.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), int.Parse(m.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))
        : null;

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^DECIMAL\((\d+),\s*(\d+)\)$")]
    private static partial Regex DecimalType();
}
