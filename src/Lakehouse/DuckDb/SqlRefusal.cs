namespace Lakehouse.DuckDb;

/// <summary>Why a query may not run: one name in it that reaches for something it was not given.</summary>
/// <param name="Code"><c>query.function</c>, <c>query.table</c> or <c>query.size</c>.</param>
/// <param name="Reference">The name and where it stands.</param>
/// <param name="Problem">What is wrong with it, in one clause.</param>
/// <param name="Help">What to do instead.</param>
public sealed record SqlRefusal(string Code, SqlReference Reference, string Problem, string Help);
