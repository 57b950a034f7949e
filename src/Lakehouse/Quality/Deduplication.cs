namespace Lakehouse.Quality;

/// <summary>Which of several rows with one key stays: the first in the order. Rows equal in all of it are told apart by their other columns.</summary>
/// <param name="Key">Columns of the key.</param>
/// <param name="OrderBy">The order.</param>
public sealed record Deduplication(IReadOnlyList<string> Key, IReadOnlyList<SortColumn> OrderBy);
