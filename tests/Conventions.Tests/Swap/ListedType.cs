using System.Text.RegularExpressions;

namespace Conventions.Tests.Swap;

/// <summary>One type of the listing with its members, e.g. <c>type A.B&lt;T&gt; = sealed class : A.Base where T : struct</c>.</summary>
internal sealed partial class ListedType
{
    private ListedType(string name, string kind, IReadOnlyList<string> modifiers, IReadOnlyList<string> bases, string constraints, string notes) =>
        (Name, Kind, Modifiers, Bases, Constraints, Notes) = (name, kind, modifiers, bases, constraints, notes);

    /// <summary>Full name with type parameters, as the listing writes it.</summary>
    public string Name { get; }

    /// <summary><c>class</c>, <c>record</c>, <c>struct</c>, <c>interface</c>, <c>enum</c> or <c>delegate</c>.</summary>
    public string Kind { get; }

    public IReadOnlyList<string> Modifiers { get; }

    public IReadOnlyList<string> Bases { get; }

    public string Constraints { get; }

    public string Notes { get; }

    public List<ListedMember> Members { get; } = [];

    public bool IsStatic => Modifiers.Contains("static");

    public static ListedType Parse(string line)
    {
        var match = Heading().Match(line);
        if (!match.Success)
        {
            throw new InvalidOperationException($"Listing: expected a type, seen '{line}'.");
        }

        return new(
            match.Groups["name"].Value,
            match.Groups["kind"].Value,
            match.Groups["modifiers"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            [.. SplitTopLevel(match.Groups["bases"].Value)],
            match.Groups["where"].Value,
            match.Groups["notes"].Value);
    }

    /// <summary>The name without type arguments, with their number: one type may have several.</summary>
    public static string Key(string name)
    {
        var at = name.IndexOf('<', StringComparison.Ordinal);
        return at < 0 ? name : $"{name[..at]}`{SplitTopLevel(name[(at + 1)..name.LastIndexOf('>')]).Count()}";
    }

    /// <summary>Parts between commas that lie outside of angle brackets.</summary>
    public static IEnumerable<string> SplitTopLevel(string list)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                if (list[from..i].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                from = i + 1;
            }
            else
            {
                depth += list[i] switch { '<' or '(' => 1, '>' or ')' => -1, _ => 0 };
            }
        }
    }

    [GeneratedRegex(@"^type (?<name>.+?) = (?<modifiers>(?:protected |static |abstract |sealed )*)(?<kind>class|record|struct|interface|enum|delegate)(?: : (?<bases>.*?))?(?<where> where .*?)?(?:  ;; (?<notes>.*))?$")]
    private static partial Regex Heading();
}
