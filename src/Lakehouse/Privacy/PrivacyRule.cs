namespace Lakehouse.Privacy;

/// <summary>How one column's values are handled, from the column's custom property <c>privacy</c> (docs/guides/privacy.md).</summary>
public sealed record PrivacyRule
{
    /// <summary>The column, as it is called in tables.</summary>
    public required string Column { get; init; }

    /// <summary>What becomes of its values.</summary>
    public required ColumnHandling Handling { get; init; }

    /// <summary>Characters at the beginning that a mask leaves. Default: 0.</summary>
    public int ShowFirst { get; init; }

    /// <summary>Characters at the end that a mask leaves. Default: 0.</summary>
    public int ShowLast { get; init; }

    /// <summary>Width of a number's bucket; null when not generalised by one.</summary>
    public string? Bucket { get; init; }

    /// <summary>What a date or timestamp is cut to: year, quarter, month, week, day, hour; null when not generalised by one.</summary>
    public string? Unit { get; init; }

    /// <summary>Characters at the beginning that a generalised text keeps; null when not generalised by one.</summary>
    public int? Prefix { get; init; }

    /// <summary>Name of the key that tokens are made with. Default: <c>default</c>.</summary>
    public string Key { get; init; } = "default";

    /// <summary>What tokens are equal within: columns of one domain and key can be joined. Default: the key's name.</summary>
    public string? Domain { get; init; }

    /// <summary>How a value is written the same before its token is made: <c>none</c>, <c>trim</c>, <c>lower</c> (trimmed too) or <c>digits</c>. Default: none.</summary>
    public string Normalise { get; init; } = "none";

    /// <summary>True for tokens that are digits in the value's own form instead of letters. Only values of 15 digits and more have room for that.</summary>
    public bool KeepsDigits { get; init; }
}
