using System.Globalization;
using Lakehouse.Delta.Schema;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta.Pruning;

/// <summary>Values as the log writes them, as texts, by the type of their column.</summary>
internal static class TypedText
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>The value; null when it is not one that can be compared safely, which then proves nothing.</summary>
    public static object? Parse(DeltaType type, string text) => type is not DeltaPrimitive primitive ? null : primitive.Name switch
    {
        "byte" or "short" or "integer" or "long" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        "string" => text,
        "boolean" => bool.TryParse(text, out var truth) ? truth : null,
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        "timestamp" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var instant) ? instant : null,
        "timestamp_ntz" => DateTime.TryParse(text.TrimEnd('Z'), CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified) : null,

        // The shortest text of a float is another double than the float itself.
        "float" => float.TryParse(text, CultureInfo.InvariantCulture, out var real) && float.IsFinite(real) ? (double)real : null,
        "double" => double.TryParse(text, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null,
        _ when primitive.Name.StartsWith("decimal", StringComparison.Ordinal) => Exact(text),
        _ => null,
    };

    /// <summary>Order of two values of one type; null when they are not of one type.</summary>
    public static int? Compare(object left, object right) => (left, right) switch
    {
        (string a, string b) => ObjectPath.Comparer.Compare(a, b),
        (long a, long b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        (DateOnly a, DateOnly b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (DateTime a, DateTime b) => a.CompareTo(b),
        (decimal a, decimal b) => a.CompareTo(b),
        (double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? null : a == b ? 0 : a.CompareTo(b),
        _ => null,
    };

    /// <summary>Only what a decimal holds exactly: more digits would be rounded, and a bound that moved proves nothing.</summary>
    private static decimal? Exact(string text) =>
        text.Count(char.IsAsciiDigit) <= 28 && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
