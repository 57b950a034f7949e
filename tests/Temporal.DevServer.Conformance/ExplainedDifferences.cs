using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance;

/// <summary>
/// The cases that docs/specs/temporal-conformance.md gives a reason for: the first column of the tables under the heading of the group, in back quotes, <c>*</c> for any text.
/// </summary>
public sealed class ExplainedDifferences
{
    private readonly List<Regex> _patterns;

    private ExplainedDifferences(List<Regex> patterns) => _patterns = patterns;

    /// <summary>Reads the section of a group; empty when the document is not there (a driver run outside the tree).</summary>
    public static ExplainedDifferences Read(string group)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("CHECKOUT") ?? ".", "docs/specs/temporal-conformance.md");
        if (!File.Exists(path))
        {
            return new([]);
        }

        var section = File.ReadLines(path).SkipWhile(l => l != $"## {group}").Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal));
        return new([.. section
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => Regex.Matches(l.Split('|')[1], "`([^`]+)`"))
            .Select(m => new Regex($"^{Regex.Escape(m.Groups[1].Value).Replace("\\*", ".*", StringComparison.Ordinal)}$"))]);
    }

    /// <summary>How many of the cases have a reason.</summary>
    public int Count(IEnumerable<string> ids) => ids.Count(id => _patterns.Any(p => p.IsMatch(id)));
}
