namespace Lakehouse.Tables.Operations;

/// <summary>
/// What to do with rows by key. In conditions and expressions <c>t</c> is the table's row, <c>s</c> the source's. A key with a NULL in it matches nothing.
/// </summary>
public sealed record MergeRequest
{
    /// <summary>A SELECT with the key columns and what the expressions need; each key may come once.</summary>
    public required string Source { get; init; }

    /// <summary>Columns by which rows are the same.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Of rows that match, those to delete. Default: null, none.</summary>
    public string? DeleteWhen { get; init; }

    /// <summary>Whether rows that match are updated. Default: true.</summary>
    public bool Update { get; init; } = true;

    /// <summary>Of rows that match, those to update. Default: null, all.</summary>
    public string? UpdateWhen { get; init; }

    /// <summary>Columns to update with an expression for each. Default: null, every column the source has, with its value there.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>Whether rows of the source that match none are added. Default: true.</summary>
    public bool Insert { get; init; } = true;

    /// <summary>Of those, the ones to add. Default: null, all.</summary>
    public string? InsertWhen { get; init; }

    /// <summary>Of the table's rows that no row of the source matches, those to delete, over <c>t</c>. Default: null, none. With it the whole table is read.</summary>
    public string? DeleteUnmatchedWhen { get; init; }
}
