namespace Orchestrator.Conformance;

/// <summary>What judging one recorded case gave.</summary>
/// <param name="Id">The case, as its path under the recording.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Why">What differs, or why a difference is right; null for a case that passed.</param>
public sealed record CaseResult(string Id, CaseVerdict Verdict, string? Why = null);
