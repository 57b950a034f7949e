using Lakehouse.Quality;

namespace Orchestrator.Pipelines;

/// <summary>Which of the rows with an equal key stays.</summary>
/// <param name="Rule">Name under which the dropped rows are counted.</param>
/// <param name="OrderBy">The first row in this order stays.</param>
public sealed record Deduplication(string Rule, IReadOnlyList<SortColumn> OrderBy);
