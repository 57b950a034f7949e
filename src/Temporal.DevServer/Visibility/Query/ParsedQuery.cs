namespace Temporal.DevServer.Visibility.Query;

/// <summary>A query's clauses as they were written.</summary>
internal sealed record ParsedQuery(Expr? Where, IReadOnlyList<Expr> GroupBy, IReadOnlyList<Expr> OrderBy, bool HasLimit);
