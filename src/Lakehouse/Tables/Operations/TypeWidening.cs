namespace Lakehouse.Tables.Operations;

/// <summary>What a column's type may become without a rewrite of its files. Source: Delta protocol, "Type Widening".</summary>
internal static class TypeWidening
{
    /// <summary>Property that allows it.</summary>
    public const string Property = "delta.enableTypeWidening";

    private static readonly Dictionary<string, string[]> Wider = new(StringComparer.Ordinal)
    {
        ["byte"] = ["short", "integer", "long", "double", "decimal"],
        ["short"] = ["integer", "long", "double", "decimal"],
        ["integer"] = ["long", "double", "decimal"],
        ["long"] = ["decimal"],
        ["float"] = ["double"],
        ["date"] = ["timestamp_ntz"],
    };

    /// <summary>Whether the protocol knows it.</summary>
    /// <param name="from">Delta type of the column.</param>
    /// <param name="to">Delta type it is to have.</param>
    public static bool IsKnown(string from, string to)
    {
        var family = to.StartsWith("decimal", StringComparison.Ordinal) ? "decimal" : to;
        return from.StartsWith("decimal", StringComparison.Ordinal)
            ? family == "decimal" && SourceColumns.Fits(from.ToUpperInvariant(), to.ToUpperInvariant())
            : Wider.TryGetValue(from, out var wider) && wider.Contains(family, StringComparer.Ordinal) && (family != "decimal" || SourceColumns.Fits(SqlName(from), to.ToUpperInvariant()));
    }

    private static string SqlName(string deltaType) => deltaType switch { "byte" => "TINYINT", "short" => "SMALLINT", "integer" => "INTEGER", _ => "BIGINT" };
}
