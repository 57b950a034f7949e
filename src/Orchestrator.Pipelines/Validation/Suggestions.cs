using Lakehouse.Contracts;

namespace Orchestrator.Pipelines.Validation;

/// <summary>"Did you mean": what to say about a name that is not known.</summary>
internal static class Suggestions
{
    /// <summary>A help sentence that names the nearest candidate, or lists the few that exist; null when there are none.</summary>
    public static string? For(string seen, IEnumerable<string> known)
    {
        var candidates = known.ToList();
        return candidates.Count == 0 ? null
            : DidYouMean.Question(seen, candidates) ?? "known here: " + string.Join(", ", candidates.Order(StringComparer.Ordinal).Select(c => $"'{c}'")) + ".";
    }
}
