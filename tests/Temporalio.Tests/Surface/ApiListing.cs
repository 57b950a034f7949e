using System.Text.RegularExpressions;

namespace Temporalio.Tests.Surface;

/// <summary>The listing of the official package's public members, brought to the form of <see cref="PublicApi"/>.</summary>
internal static partial class ApiListing
{
    public static IReadOnlyList<string> Read(string path) =>
        [.. File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#').Select(Normalize)];

    private static string Normalize(string line)
    {
        var text = line.Split("  ;; ")[0];
        if (text.StartsWith("type ", StringComparison.Ordinal))
        {
            return text.Split(" = ")[0];
        }

        // Modifiers follow two blanks, constraints follow " where ".
        text = text.Split("  ")[0].Split(" where ")[0];
        if (text.Contains('(', StringComparison.Ordinal) || text.Contains("->", StringComparison.Ordinal))
        {
            text = DefaultValue().Replace(text, string.Empty);
        }

        return Tuple().Replace(text, "System.ValueTuple<$1, $2>").Replace("?", string.Empty, StringComparison.Ordinal);
    }

    [GeneratedRegex(@" = (?:""[^""]*""|[^,()]+)(?=[,)]| ->)")]
    private static partial Regex DefaultValue();

    [GeneratedRegex(@"(?<=[ (])\((\w+) \w+, (\w+)\?? \w+\)")]
    private static partial Regex Tuple();
}
