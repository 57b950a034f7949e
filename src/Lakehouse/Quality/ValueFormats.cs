using System.Text;
using Lakehouse.Contracts;

namespace Lakehouse.Quality;

/// <summary>The named forms of texts, and date patterns in the engine's notation.</summary>
internal static class ValueFormats
{
    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private const string Group = "[0-9A-Fa-f]{1,4}";

    private static readonly string[] Texts = ["email", "uuid", "uri", "hostname", "ipv4", "ipv6", "byte", "base64", "date", "date-time", "time", "password", "binary"];

    /// <summary>What is wrong with the form that a column of text names; null where nothing is. The standard's own schema knows those of numbers.</summary>
    public static string? Fault(ContractColumn column) =>
        column.Options.Format is not { } format || column.LogicalType is not LogicalType.String
            || Texts.Contains(format.ToLowerInvariant()) || Pattern(format) is not null || CastType(format) is not null
            ? null
            : $"expected one of {string.Join(", ", Texts)}, seen '{format}'{(DidYouMean.Question(format, Texts) is { } near ? $": {near}" : "")}";

    /// <summary>
    /// A regular expression that the whole text must match; null for a form that says nothing about the text (<c>password</c>,
    /// <c>binary</c>) or is not known.
    /// </summary>
    public static string? Pattern(string format) => format.ToLowerInvariant() switch
    {
        "email" or "e-mail" => @"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+",
        "uuid" or "guid" => "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        "uri" or "url" => @"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+",
        "hostname" => "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)([.][A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*",
        "ipv4" => $"{Octet}([.]{Octet}){{3}}",
        "ipv6" => $"(({Group}:){{7}}{Group}|({Group}:){{1,7}}:|({Group}:){{1,6}}:{Group}|({Group}:){{1,5}}(:{Group}){{1,2}}|({Group}:){{1,4}}(:{Group}){{1,3}}|({Group}:){{1,3}}(:{Group}){{1,4}}|({Group}:){{1,2}}(:{Group}){{1,5}}|{Group}:(:{Group}){{1,6}}|:((:{Group}){{1,7}}|:))",
        "byte" or "base64" => "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
        _ => null,
    };

    /// <summary>The engine type that a text of this form must cast to; null when it is no such form.</summary>
    public static string? CastType(string format) => format.ToLowerInvariant() switch
    {
        "date" => "DATE",
        "date-time" or "datetime" => "TIMESTAMP WITH TIME ZONE",
        "time" => "TIME",
        _ => null,
    };

    /// <summary>A date pattern of the standard (<c>yyyy-MM-dd'T'HH:mm:ss</c>) as the engine writes it; null when it uses what the engine lacks.</summary>
    public static string? DatePattern(string pattern)
    {
        var result = new StringBuilder();
        for (var i = 0; i < pattern.Length;)
        {
            var letter = pattern[i];
            if (letter == '\'')
            {
                var close = pattern.IndexOf('\'', i + 1);
                if (close < 0)
                {
                    return null;
                }

                result.Append(close == i + 1 ? "'" : Plain(pattern[(i + 1)..close]));
                i = close + 1;
                continue;
            }

            var count = pattern.AsSpan(i).IndexOfAnyExcept(letter) is >= 0 and var n ? n : pattern.Length - i;
            var part = !char.IsAsciiLetter(letter) ? Plain(new string(letter, count)) : Part(letter, count);
            if (part is null)
            {
                return null;
            }

            result.Append(part);
            i += count;
        }

        return result.ToString();
    }

    private static string Plain(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string? Part(char letter, int count) => (letter, count) switch
    {
        ('y' or 'u', 4) => "%Y",
        ('y' or 'u', 2) => "%y",
        ('M', 1) => "%-m",
        ('M', 2) => "%m",
        ('M', 3) => "%b",
        ('M', 4) => "%B",
        ('d', 1) => "%-d",
        ('d', 2) => "%d",
        ('H', 1) => "%-H",
        ('H', 2) => "%H",
        ('h', 1) => "%-I",
        ('h', 2) => "%I",
        ('m', 1) => "%-M",
        ('m', 2) => "%M",
        ('s', 1) => "%-S",
        ('s', 2) => "%S",
        ('S', 3) => "%g",
        ('S', 6) => "%f",
        ('S', 9) => "%n",
        ('a', _) => "%p",
        ('E', <= 3) => "%a",
        ('E', 4) => "%A",
        ('X' or 'Z' or 'x', _) => "%z",
        _ => null,
    };
}
