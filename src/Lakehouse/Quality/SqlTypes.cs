using System.Text.RegularExpressions;
using Lakehouse.Contracts;

namespace Lakehouse.Quality;

/// <summary>The engine's types for what contracts declare, and which of them a declared type accepts.</summary>
internal static partial class SqlTypes
{
    private static readonly string[] Integers = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"];
    private static readonly string[] Unsigned = ["UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"];

    /// <summary>The engine's name of a physical type; null when it is not one the engine has.</summary>
    public static string? Physical(string? physicalType)
    {
        var text = (physicalType ?? "").Trim().ToUpperInvariant();
        if (DecimalPattern().Match(text) is { Success: true } number)
        {
            return number.Groups[2].Success ? $"DECIMAL({number.Groups[2].Value},{(number.Groups[3].Success ? number.Groups[3].Value : "0")})" : "DECIMAL(18,3)";
        }

        var name = text.IndexOf('(', StringComparison.Ordinal) is > 0 and var at ? text[..at].Trim() : text;
        return name switch
        {
            "VARCHAR" or "TEXT" or "STRING" or "CHAR" or "CHARACTER VARYING" or "CHARACTER" or "NVARCHAR" or "BPCHAR" => "VARCHAR",
            "TINYINT" or "INT1" => "TINYINT",
            "SMALLINT" or "INT2" or "SHORT" => "SMALLINT",
            "INT" or "INTEGER" or "INT4" or "SIGNED" => "INTEGER",
            "BIGINT" or "INT8" or "LONG" => "BIGINT",
            "HUGEINT" => "HUGEINT",
            "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT" => name,
            "REAL" or "FLOAT4" or "FLOAT" => "FLOAT",
            "DOUBLE" or "FLOAT8" or "DOUBLE PRECISION" => "DOUBLE",
            "BOOLEAN" or "BOOL" or "LOGICAL" => "BOOLEAN",
            "DATE" => "DATE",
            "TIME" => "TIME",
            "TIMESTAMP" or "DATETIME" or "TIMESTAMP_NTZ" or "TIMESTAMP WITHOUT TIME ZONE" => "TIMESTAMP",
            "TIMESTAMPTZ" or "TIMESTAMP WITH TIME ZONE" => "TIMESTAMP WITH TIME ZONE",
            "UUID" => "UUID",
            "BLOB" or "BYTEA" or "BINARY" or "VARBINARY" => "BLOB",
            _ => null,
        };
    }

    /// <summary>The type that a column's values are checked as; null for text and for structures, which have no such check.</summary>
    public static string? Checked(ContractColumn column) => column.LogicalType switch
    {
        LogicalType.Integer => Physical(column.PhysicalType) is { } p && (Integers.Contains(p) || Unsigned.Contains(p)) ? p : IntegerFormat(column.Options.Format),
        LogicalType.Number => Physical(column.PhysicalType) is { } p && (p is "FLOAT" or "DOUBLE" || p.StartsWith("DECIMAL", StringComparison.Ordinal)) ? p : column.Options.Format is "f32" ? "FLOAT" : "DOUBLE",
        LogicalType.Date => "DATE",
        LogicalType.Timestamp => Physical(column.PhysicalType) is "TIMESTAMP" ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE",
        LogicalType.Time => "TIME",
        LogicalType.Boolean => "BOOLEAN",
        null => Physical(column.PhysicalType) is { } p and not "VARCHAR" ? p : null,
        _ => null,
    };

    /// <summary>True when a column of the seen type may stand where the contract declares its types.</summary>
    public static bool Accepts(ContractColumn column, string seen)
    {
        var physical = Physical(column.PhysicalType);
        if (physical == seen || (physical is null && column.LogicalType is null))
        {
            return true;
        }

        if (physical is not null && FamilyOf(physical) == Family(column.LogicalType ?? LogicalTypeOf(physical)))
        {
            return Widens(seen, physical);
        }

        return column.LogicalType is null || FamilyOf(seen) == Family(column.LogicalType)
            || (column.LogicalType is LogicalType.Number && FamilyOf(seen) == "integer");
    }

    public static bool IsText(string type) => type == "VARCHAR";

    public static bool IsIntegral(string type) => FamilyOf(type) == "integer";

    public static bool IsFloating(string type) => type is "FLOAT" or "DOUBLE";

    public static string Normal(string type) => type == "TIMESTAMPTZ" ? "TIMESTAMP WITH TIME ZONE" : type;

    private static bool Widens(string seen, string declared)
    {
        var (from, to) = (Array.IndexOf(Integers, seen), Array.IndexOf(Integers, declared));
        return (from >= 0 && to >= from)
            || (Array.IndexOf(Unsigned, seen) is >= 0 and var u && (Array.IndexOf(Unsigned, declared) >= u || to > u))
            || (seen == "FLOAT" && declared == "DOUBLE")
            || (DecimalParts(seen) is var (p1, s1) && DecimalParts(declared) is var (p2, s2) && p1 - s1 <= p2 - s2 && s1 <= s2);
    }

    private static (int Precision, int Scale)? DecimalParts(string type) =>
        DecimalPattern().Match(type) is { Success: true } m && m.Groups[2].Success
            ? (int.Parse(m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), m.Groups[3].Success ? int.Parse(m.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture) : 0)
            : null;

    private static string IntegerFormat(string? format) => format switch
    {
        "i8" => "TINYINT",
        "i16" => "SMALLINT",
        "i32" => "INTEGER",
        "i128" => "HUGEINT",
        "u8" => "UTINYINT",
        "u16" => "USMALLINT",
        "u32" => "UINTEGER",
        "u64" => "UBIGINT",
        "u128" => "UHUGEINT",
        _ => "BIGINT",
    };

    private static LogicalType LogicalTypeOf(string physical) => FamilyOf(physical) switch
    {
        "integer" => LogicalType.Integer,
        "number" => LogicalType.Number,
        "date" => LogicalType.Date,
        "timestamp" => LogicalType.Timestamp,
        "time" => LogicalType.Time,
        "boolean" => LogicalType.Boolean,
        _ => LogicalType.String,
    };

    private static string Family(LogicalType? type) => type switch
    {
        LogicalType.Integer => "integer",
        LogicalType.Number => "number",
        LogicalType.Date => "date",
        LogicalType.Timestamp => "timestamp",
        LogicalType.Time => "time",
        LogicalType.Boolean => "boolean",
        LogicalType.Object => "object",
        LogicalType.Array => "array",
        _ => "text",
    };

    private static string FamilyOf(string type) =>
        Integers.Contains(type) || Unsigned.Contains(type) ? "integer"
        : type is "FLOAT" or "DOUBLE" || type.StartsWith("DECIMAL", StringComparison.Ordinal) ? "number"
        : type.StartsWith("TIMESTAMP", StringComparison.Ordinal) ? "timestamp"
        : type.EndsWith(']') ? "array"
        : type.StartsWith("STRUCT", StringComparison.Ordinal) || type.StartsWith("MAP", StringComparison.Ordinal) ? "object"
        : type switch { "DATE" => "date", "TIME" or "TIME WITH TIME ZONE" => "time", "BOOLEAN" => "boolean", _ => "text" };

    [GeneratedRegex(@"^(DECIMAL|NUMERIC|NUMBER|DEC)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$")]
    private static partial Regex DecimalPattern();
}
