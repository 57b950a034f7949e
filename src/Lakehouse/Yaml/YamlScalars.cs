using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.Yaml;

/// <summary>
/// Resolves plain scalars by the YAML 1.2 core schema: dates stay text and <c>yes</c> or <c>on</c> are no booleans.
/// </summary>
internal static partial class YamlScalars
{
    public static YamlKind Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlKind.Boolean,
        _ when IntegerPattern().IsMatch(text) => YamlKind.Integer,
        _ when NumberPattern().IsMatch(text) => YamlKind.Number,
        _ => YamlKind.String,
    };

    public static double ToDouble(string text)
    {
        var sign = text[0] == '-' ? -1d : 1d;
        var digits = text.TrimStart('+', '-');
        if (digits.StartsWith("0x", StringComparison.Ordinal))
        {
            return (double)UInt128.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        if (digits.StartsWith("0o", StringComparison.Ordinal))
        {
            return digits.Skip(2).Aggregate(0d, (sum, c) => sum * 8 + (c - '0'));
        }

        return digits.ToLowerInvariant() switch
        {
            ".inf" => sign * double.PositiveInfinity,
            ".nan" => double.NaN,
            _ => sign * double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }

    [GeneratedRegex(@"\A(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]{1,32})\z")]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"\A(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z")]
    private static partial Regex NumberPattern();
}
