using System.Text.RegularExpressions;

namespace Temporalio.Tests.Surface;

/// <summary>Lines of the listing of the official package's public members, and of <see cref="PublicApi"/>, brought to forms that can be compared.</summary>
internal static partial class ApiListing
{
    public static IReadOnlyList<string> Read(string path) =>
        [.. File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#')];

    /// <summary>Which member it is: without nullability, default values, constraints and modifiers.</summary>
    public static string Key(string line)
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

    /// <summary>The whole line without notes, without what reflection cannot see, and with one spelling for values that have several.</summary>
    public static string Whole(string line)
    {
        var text = line.Split("  ;; ")[0].TrimEnd();
        text = Tuple().Replace(text, "System.ValueTuple<$1, $2>");
        text = text.Replace(" = default)", " = null)", StringComparison.Ordinal).Replace(" = default,", " = null,", StringComparison.Ordinal);

        // Whether a type parameter or an argument of a base may be null, and whether a member hides another, is not in the assembly.
        text = NullableParameter().Replace(text, "$1");
        text = New().Replace(text, string.Empty).TrimEnd();
        if (!text.StartsWith("type ", StringComparison.Ordinal))
        {
            return Constant().Replace(text, " ->");
        }

        var bases = Bases().Match(text);
        return !bases.Success ? text : $"{text[..bases.Groups[1].Index]}{string.Join(", ", TopLevel(bases.Groups[1].Value).Order(StringComparer.Ordinal)).Replace("?", string.Empty, StringComparison.Ordinal)}{bases.Groups[2].Value}";
    }

    private static IEnumerable<string> TopLevel(string list)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                yield return list[from..i].Trim();
                from = i + 1;
            }
            else
            {
                depth += list[i] switch { '<' => 1, '>' => -1, _ => 0 };
            }
        }
    }

    [GeneratedRegex(@" = (?:""[^""]*""|[^,()]+)(?=[,)]| ->)")]
    private static partial Regex DefaultValue();

    [GeneratedRegex(@"(?<=[ (])\((\w+\??) \w+, (\w+\??) \w+\)")]
    private static partial Regex Tuple();

    [GeneratedRegex(@"\b(T|T[A-Z]\w*)\?(?=[ ,>\[)]|$)")]
    private static partial Regex NullableParameter();

    [GeneratedRegex(@" +new$")]
    private static partial Regex New();

    [GeneratedRegex(@"(?<=\.\w+) = [^()]* ->")]
    private static partial Regex Constant();

    [GeneratedRegex(@"^type .*? = [a-z ]*(?:class|record|struct|interface) : (.*?)( where .*)?$")]
    private static partial Regex Bases();
}
