namespace Lakehouse.Lineage;

/// <summary>
/// What differs between two versions of a query for those who read its result, told from the engine's own parse trees: comments, layout, optional words, what
/// common tables and aliases of tables are called, letters of names and the order of conditions are no difference. Errs on the safe side: where it cannot be shown that the rows are the same, <see cref="Rows"/> is true.
/// </summary>
public sealed record QueryDifference
{
    /// <summary>No difference.</summary>
    public static QueryDifference None { get; } = new();

    /// <summary>True when there may be other rows: another filter, join, grouping, source. Then every column counts as changed.</summary>
    public bool Rows { get; init; }

    /// <summary>Columns that are new, in the order of the query.</summary>
    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Columns whose values may be others, in the order of the query.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Columns that are gone.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Which part of the query makes <see cref="Rows"/> true; null when it is false.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether there is no difference at all.</summary>
    public bool IsNone => !Rows && Added.Count == 0 && Changed.Count == 0 && Removed.Count == 0;

    /// <summary>Compares two versions of a query.</summary>
    /// <param name="old">The earlier one.</param>
    /// <param name="new">The later one.</param>
    /// <exception cref="DuckDb.SqlSyntaxException">One of them is not one SELECT.</exception>
    public static QueryDifference Between(string old, string @new) => new QueryComparison().Compare(old, @new);
}
