using Lakehouse.DuckDb;

namespace Lakehouse.Quality;

/// <summary>SQL that says which of some rules a row breaks.</summary>
internal static class BrokenRules
{
    /// <summary>True for a row that breaks any.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="breaks">SQL that is true for a row that breaks one of them.</param>
    public static string Any(IReadOnlyList<CompiledCheck> rules, Func<CompiledCheck, string> breaks) => rules.Count == 0 ? "false" : string.Join(" OR ", rules.Select(breaks));

    /// <summary>The first broken rule's name.</summary>
    public static string First(IReadOnlyList<CompiledCheck> rules, Func<CompiledCheck, string> breaks) =>
        rules.Count == 0 ? "CAST(NULL AS VARCHAR)" : $"CASE {string.Join(' ', rules.Select(r => $"WHEN {breaks(r)} THEN {SqlIdentifier.Literal(r.Rule)}"))} END";

    /// <summary>All broken rules' names.</summary>
    public static string Names(IReadOnlyList<CompiledCheck> rules, Func<CompiledCheck, string> breaks) => Concatenated(rules, ",", breaks, r => r.Rule);

    /// <summary>All broken rules' sentences for people.</summary>
    public static string Reasons(IReadOnlyList<CompiledCheck> rules, Func<CompiledCheck, string> breaks) => Concatenated(rules, "; ", breaks, r => r.Reason);

    private static string Concatenated(IReadOnlyList<CompiledCheck> rules, string separator, Func<CompiledCheck, string> breaks, Func<CompiledCheck, string> text) =>
        rules.Count == 0 ? "CAST(NULL AS VARCHAR)" : $"concat_ws({SqlIdentifier.Literal(separator)}, {string.Join(", ", rules.Select(r => $"CASE WHEN {breaks(r)} THEN {SqlIdentifier.Literal(text(r))} END"))})";
}
