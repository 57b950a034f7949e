using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Orchestrator.Conformance;

/// <summary>Rows in the recording's form: one line of JSON each, as Python's json module writes it.</summary>
internal static class DeltaRows
{
    /// <summary>The lines, in order of code points.</summary>
    public static IReadOnlyList<string> Lines(DuckDbResult result) =>
        [.. result.Rows.Select(r => $"{{{string.Join(",", r.Select((v, i) => $"{Quoted(result.Columns[i])}:{Text(v)}"))}}}").Order(ObjectPath.Comparer)];

    /// <summary>SHA-256 over the lines.</summary>
    public static string Hash(IEnumerable<string> lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join("\n", lines))));

    private static string Text(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        string s => Quoted(s),
        decimal d => $"\"{d.ToString(CultureInfo.InvariantCulture)}\"",
        float f => Number(f),
        double d => Number(d),
        DateOnly d => $"\"{d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\"",
        DateTimeOffset t => $"\"{t.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)}\"",
        DateTime t => $"\"{t.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}\"",
        byte[] b => $"\"0x{Convert.ToHexStringLower(b)}\"",
        KeyValuePair<object, object?>[] map => $"{{\"$map\":[{string.Join(",", map.Select(p => $"[{Text(p.Key)},{Text(p.Value)}]").Order(ObjectPath.Comparer))}]}}",
        object?[] list => $"[{string.Join(",", list.Select(Text))}]",
        IReadOnlyDictionary<string, object?> o => $"{{{string.Join(",", o.Select(p => $"{Quoted(p.Key)}:{Text(p.Value)}"))}}}",
        IConvertible n => n.ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A value of {value.GetType()} has no recorded form."),
    };

    private static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
        }

        // The shortest digits are the same everywhere; where the exponent begins is Python's choice.
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = value == 0 ? 0 : int.Parse(text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var sign = shortest.StartsWith('-') ? "-" : "";
        var mantissa = shortest.TrimStart('-').Split('E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (mantissa.Length == 0)
        {
            return sign + "0.0";
        }

        return exponent is < -4 or >= 16
            ? $"{sign}{mantissa[0]}{(mantissa.Length > 1 ? "." + mantissa[1..] : "")}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}"
            : exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{mantissa}"
            : mantissa.Length <= exponent + 1 ? $"{sign}{mantissa.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{mantissa[..(exponent + 1)]}.{mantissa[(exponent + 1)..]}";
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
