namespace Lakehouse.Contracts;

/// <summary>A reference from columns of a table to columns of another.</summary>
/// <param name="From">Referring columns as <c>table.column</c>; for a column's own relationship the column itself.</param>
/// <param name="To">Columns referred to, as <c>table.column</c> or a fully qualified reference.</param>
public sealed record ContractRelationship(IReadOnlyList<string> From, IReadOnlyList<string> To);
