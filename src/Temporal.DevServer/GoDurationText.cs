using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Temporal.DevServer;

/// <summary>Durations as Go writes them (<c>1h30m</c>, <c>-1.5s</c>, <c>250ms</c>), to the nanosecond, and days (<c>1d12h</c>) beyond what Go knows.</summary>
internal static partial class GoDurationText
{
    private static readonly Dictionary<string, long> Units = new(StringComparer.Ordinal)
    {
        ["ns"] = 1,
        ["us"] = 1_000,
        ["µs"] = 1_000, // U+00B5, the micro sign
        ["μs"] = 1_000, // U+03BC, the Greek letter
        ["ms"] = 1_000_000,
        ["s"] = 1_000_000_000,
        ["m"] = 60_000_000_000,
        ["h"] = 3_600_000_000_000,
    };

    /// <summary>Reads nanoseconds.</summary>
    /// <exception cref="FormatException">The text is no duration; the message is the one of Go.</exception>
    public static long ParseNanos(string text, bool withDays = true)
    {
        text = !withDays ? text : Days().Replace(text, match =>
            (24 * double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToString("F6", CultureInfo.InvariantCulture) + "h");
        var negative = text.StartsWith('-');
        var rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0")
        {
            return 0;
        }

        if (rest.IsEmpty)
        {
            throw Invalid(text);
        }

        var total = BigInteger.Zero;
        while (!rest.IsEmpty)
        {
            total += Part(text, ref rest);
        }

        total = negative ? -total : total;
        return total >= long.MinValue && total <= long.MaxValue ? (long)total : throw Invalid(text);
    }

    private static BigInteger Part(string text, ref ReadOnlySpan<char> rest)
    {
        var whole = Digits(ref rest);
        var fraction = "";
        if (rest.StartsWith("."))
        {
            rest = rest[1..];
            fraction = Digits(ref rest);
        }

        if (whole.Length + fraction.Length == 0)
        {
            throw Invalid(text);
        }

        var end = rest.IndexOfAny("0123456789.");
        var unit = (end < 0 ? rest : rest[..end]).ToString();
        rest = rest[unit.Length..];
        if (unit.Length == 0)
        {
            throw new FormatException($"time: missing unit in duration \"{text}\"");
        }

        return Units.TryGetValue(unit, out var nanos)
            ? BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture) * nanos / BigInteger.Pow(10, fraction.Length)
            : throw new FormatException($"time: unknown unit \"{unit}\" in duration \"{text}\"");
    }

    private static string Digits(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = (end < 0 ? rest : rest[..end]).ToString();
        rest = rest[digits.Length..];
        return digits;
    }

    private static FormatException Invalid(string text) => new($"time: invalid duration \"{text}\"");

    [GeneratedRegex(@"(\d+(?:\.\d*)?|\.\d+)d", RegexOptions.ECMAScript)]
    private static partial Regex Days();
}
