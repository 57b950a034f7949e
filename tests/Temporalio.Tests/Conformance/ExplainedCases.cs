using System.Text.RegularExpressions;
using Orchestrator.TestKit;

namespace Temporalio.Tests.Conformance;

/// <summary>
/// Recordings that this SDK cannot match, each with its reason: the first column of the table under the heading of the group in
/// <c>docs/specs/sdk-conformance.md</c>, names in back quotes.
/// </summary>
internal static partial class ExplainedCases
{
    public static IReadOnlySet<string> Read(string group) => File.ReadLines(TestPaths.InRepo("docs", "specs", "sdk-conformance.md"))
        .SkipWhile(line => line != $"## {group}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => Quoted().Matches(line.Split('|')[1]).Select(m => m.Groups[1].Value))
        .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
