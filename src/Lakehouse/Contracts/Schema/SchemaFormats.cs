using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.Contracts.Schema;

/// <summary>The formats of JSON Schema that are checked when asked for; others are taken as they are.</summary>
internal static partial class SchemaFormats
{
    public static bool Fits(string format, string text) => format switch
    {
        "date-time" => DateTime().Match(text) is { Success: true } match && IsDay(match.Groups[1].Value),
        "date" => IsDay(text),
        "uuid" => Uuid().IsMatch(text),
        "uri" => Uri().IsMatch(text) && System.Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => true,
    };

    private static bool IsDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // RFC 3339, where a second may be a leap second.
    [GeneratedRegex("^(\\d{4}-\\d{2}-\\d{2})[Tt ]([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)$")]
    private static partial Regex DateTime();

    [GeneratedRegex("^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
    private static partial Regex Uuid();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"{}|\\\\^`]*$")]
    private static partial Regex Uri();
}
