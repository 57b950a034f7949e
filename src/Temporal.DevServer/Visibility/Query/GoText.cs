using System.Globalization;
using System.Text;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Values as the real server, which is written in Go, prints them in its errors.</summary>
internal static class GoText
{
    /// <summary>The name of a literal's type.</summary>
    public static string Type(object value) => value switch
    {
        string => "string",
        long => "int64",
        double => "float64",
        bool => "bool",
        _ => "[]interface {}",
    };

    /// <summary>A literal, a text in quotes.</summary>
    public static string Value(object value) => value switch
    {
        string text => Quote(text),
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Float(number),
        bool truth => truth ? "true" : "false",
        IEnumerable<object> list => $"[]interface {{}}{{{string.Join(", ", list.Select(Value))}}}",
        _ => value.ToString()!,
    };

    /// <summary>The shortest form that reads back as the same number; with an exponent below -4 or above 20.</summary>
    public static string Float(double value)
    {
        var (mantissa, exponent) = value.ToString("E16", CultureInfo.InvariantCulture).Split('E') is [var m, var e] ? (m, int.Parse(e, CultureInfo.InvariantCulture)) : ("", 0);
        if (mantissa.Length == 0 || (exponent >= -4 && exponent < 21))
        {
            return value == 0 || exponent < 15 ? value.ToString("R", CultureInfo.InvariantCulture) : value.ToString("F0", CultureInfo.InvariantCulture);
        }

        var digits = value.ToString("R", CultureInfo.InvariantCulture).Split('E')[0];
        return string.Create(CultureInfo.InvariantCulture, $"{digits}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):D2}");
    }

    /// <summary>A text in double quotes with Go's escapes.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                < ' ' or 0x7f => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
