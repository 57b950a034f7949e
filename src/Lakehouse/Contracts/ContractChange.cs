namespace Lakehouse.Contracts;

/// <summary>One difference between two versions of a contract.</summary>
/// <param name="Table">Table concerned.</param>
/// <param name="Column">Column concerned; null when it is the table.</param>
/// <param name="Kind">What changed.</param>
/// <param name="Impact">What it means for those who read the table.</param>
/// <param name="Description">The change for people.</param>
public sealed record ContractChange(string Table, string? Column, ContractChangeKind Kind, ContractImpact Impact, string Description);
