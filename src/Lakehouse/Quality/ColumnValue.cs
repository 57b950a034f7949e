using Lakehouse.Contracts;
using Lakehouse.DuckDb;

namespace Lakehouse.Quality;

/// <summary>A column of the relation in SQL: as it is, as text, and as the type that the contract declares.</summary>
internal sealed class ColumnValue
{
    public ColumnValue(ContractColumn column, string name, string type)
    {
        Raw = SqlIdentifier.Quote(name);
        Type = type;
        var declared = SqlTypes.Checked(column);
        IsRawText = SqlTypes.IsText(type) && declared is not null;
        Text = SqlTypes.IsText(type) ? Raw : $"CAST({Raw} AS VARCHAR)";
        var pattern = declared is "DATE" or "TIME" || declared?.StartsWith("TIMESTAMP", StringComparison.Ordinal) == true ? column.Options.Format : null;
        Typed = !IsRawText ? Raw
            : pattern is not null && ValueFormats.DatePattern(pattern) is { } format ? $"TRY_CAST(try_strptime({Raw}, {SqlIdentifier.Literal(format)}) AS {declared})"
            : $"TRY_CAST({Raw} AS {declared})";
        TypedAs = IsRawText ? declared! : type;
        UnknownPattern = pattern is not null && ValueFormats.DatePattern(pattern) is null && ValueFormats.CastType(pattern) is null ? pattern : null;
    }

    /// <summary>The column as it is.</summary>
    public string Raw { get; }

    /// <summary>The column as text.</summary>
    public string Text { get; }

    /// <summary>The column as the declared type; null where a raw text is none of that type.</summary>
    public string Typed { get; }

    /// <summary>Type of the column in the relation.</summary>
    public string Type { get; }

    /// <summary>Type of <see cref="Typed"/>.</summary>
    public string TypedAs { get; }

    /// <summary>True when the column is text and the contract declares another type.</summary>
    public bool IsRawText { get; }

    /// <summary>A date pattern that the engine cannot read; null otherwise.</summary>
    public string? UnknownPattern { get; }

    /// <summary>SQL that is true when a raw text is not of the declared type. A fraction makes a text no whole number: a cast alone would round it.</summary>
    public string NotOfType => SqlTypes.IsIntegral(TypedAs)
        ? $"({Raw} IS NOT NULL AND ({Typed} IS NULL OR regexp_matches({Raw}, '\\.[0-9]*[1-9]') OR coalesce(TRY_CAST({Raw} AS DOUBLE) <> round(TRY_CAST({Raw} AS DOUBLE)), false)))"
        : $"({Raw} IS NOT NULL AND {Typed} IS NULL)";

    /// <summary>A limit of the contract as a literal of the typed column's type.</summary>
    public string Limit(string text)
    {
        if (TypedAs is "DATE" or "TIME" || TypedAs.StartsWith("TIMESTAMP", StringComparison.Ordinal))
        {
            return $"CAST({SqlIdentifier.Literal(text)} AS {TypedAs})";
        }

        // Numbers are written out as numbers and nothing else, whatever notation the contract uses.
        return decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var exact)
            ? exact.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : $"CAST({SqlIdentifier.Literal(text)} AS DOUBLE)";
    }
}
