namespace Lakehouse.Tables.Operations;

/// <summary>The differences between two versions of a table, row by row by key.</summary>
public sealed record TableDiff
{
    /// <summary>The table.</summary>
    public required string Dataset { get; init; }

    /// <summary>The earlier version.</summary>
    public required long From { get; init; }

    /// <summary>The later version.</summary>
    public required long To { get; init; }

    /// <summary>Columns by which a row is known.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>Columns that only the later version has.</summary>
    public IReadOnlyList<string> ColumnsAdded { get; init; } = [];

    /// <summary>Columns that only the earlier version has.</summary>
    public IReadOnlyList<string> ColumnsRemoved { get; init; } = [];

    /// <summary>Rows whose key only the later version has.</summary>
    public required long Added { get; init; }

    /// <summary>Rows whose key only the earlier version has.</summary>
    public required long Removed { get; init; }

    /// <summary>Rows that both have with other values.</summary>
    public required long Changed { get; init; }

    /// <summary>In how many of the changed rows each column has another value; columns with none are left out.</summary>
    public required IReadOnlyDictionary<string, long> ChangedColumns { get; init; }

    /// <summary>The first rows that differ, in order of the key.</summary>
    public required IReadOnlyList<RowDiff> Rows { get; init; }

    /// <summary>Whether the two versions have the same rows and columns.</summary>
    public bool IsEmpty => Added == 0 && Removed == 0 && Changed == 0 && ColumnsAdded.Count == 0 && ColumnsRemoved.Count == 0;
}

/// <summary>One row that differs.</summary>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Key">Values of the key, in its order, as text.</param>
/// <param name="Values">For a changed row the columns that differ, with the earlier and the later value as text.</param>
public sealed record RowDiff(string Change, IReadOnlyList<string?> Key, IReadOnlyDictionary<string, ValueDiff> Values);

/// <summary>One value that differs.</summary>
/// <param name="Before">As it was; null for NULL.</param>
/// <param name="After">As it is; null for NULL.</param>
public sealed record ValueDiff(string? Before, string? After);
