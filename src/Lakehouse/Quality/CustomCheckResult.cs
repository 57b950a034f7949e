namespace Lakehouse.Quality;

/// <summary>What a check written in C# found.</summary>
/// <param name="Value">The number to compare with the rule's <c>mustBe…</c>; without one in the rule it must be 0.</param>
/// <param name="Offenders">Rows that offend, where rows are counted. Default: 0.</param>
public sealed record CustomCheckResult(double Value, long Offenders = 0);
