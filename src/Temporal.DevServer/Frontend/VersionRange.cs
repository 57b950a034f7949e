namespace Temporal.DevServer.Frontend;

/// <summary>Conditions on a version: <c>&gt;=1.0.0 &lt;2.0.0</c> means both, <c>||</c> stands between alternatives.</summary>
internal sealed class VersionRange
{
    private static readonly string[] Operators = ["==", ">=", "<=", "!=", "=", ">", "<", "!"];

    private readonly List<List<(string Operator, SemanticVersion Version)>> _alternatives = [];

    private VersionRange()
    {
    }

    public static VersionRange Parse(string text)
    {
        var range = new VersionRange();
        foreach (var alternative in text.Split("||"))
        {
            var conditions = alternative.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Condition).ToList();
            range._alternatives.Add(conditions);
        }

        return range;
    }

    public bool Contains(SemanticVersion version) => _alternatives.Any(all => all.TrueForAll(c => Holds(c.Operator, version.CompareTo(c.Version))));

    private static (string, SemanticVersion) Condition(string text)
    {
        var op = Operators.FirstOrDefault(o => text.StartsWith(o, StringComparison.Ordinal)) ?? "";
        var version = text[op.Length..];
        if (version.Length == 0 || !char.IsAsciiDigit(version[0]))
        {
            throw new FormatException($"Could not get version from string: \"{text}\"");
        }

        return (op, SemanticVersion.Parse(version));
    }

    private static bool Holds(string op, int compared) => op switch
    {
        ">" => compared > 0,
        ">=" => compared >= 0,
        "<" => compared < 0,
        "<=" => compared <= 0,
        "!" or "!=" => compared != 0,
        _ => compared == 0,
    };
}
