using Lakehouse.Tables;

namespace Lakehouse.Lineage;

/// <summary>A dataset that a run reads or writes, with what is known of it; what is null is left out of the event.</summary>
public sealed record LineageDataset
{
    /// <summary>Its name.</summary>
    public required DatasetName Name { get; init; }

    /// <summary>Its columns.</summary>
    public IReadOnlyList<TableColumn>? Columns { get; init; }

    /// <summary>Version read or written, such as a Delta table's.</summary>
    public string? Version { get; init; }

    /// <summary>Rows read or written.</summary>
    public long? Rows { get; init; }

    /// <summary>Bytes read or written.</summary>
    public long? Bytes { get; init; }

    /// <summary>Files read or written.</summary>
    public long? Files { get; init; }

    /// <summary>What a write did to the dataset: <c>CREATE</c>, <c>OVERWRITE</c>, <c>ALTER</c>, <c>TRUNCATE</c>, <c>DROP</c> or <c>RENAME</c>.</summary>
    public string? Change { get; init; }

    /// <summary>A second name that the dataset is known by, such as the pipeline's.</summary>
    public DatasetName? Alias { get; init; }

    /// <summary>Results of checks on it.</summary>
    public IReadOnlyList<LineageAssertion> Assertions { get; init; } = [];

    /// <summary>Figures of its columns, by name.</summary>
    public IReadOnlyDictionary<string, LineageColumnMetrics> Metrics { get; init; } = new Dictionary<string, LineageColumnMetrics>();

    /// <summary>Where its columns come from; outputs only.</summary>
    public QueryLineage? Lineage { get; init; }
}

/// <summary>Result of one check.</summary>
/// <param name="Assertion">Kind of check, such as <c>not_null</c>.</param>
/// <param name="Success">True when nothing was found.</param>
/// <param name="Column">The column; null for the whole dataset.</param>
/// <param name="Severity"><c>error</c> or <c>warn</c>.</param>
/// <param name="Name">Name of the rule.</param>
/// <param name="Expected">What was expected, as text.</param>
/// <param name="Actual">What was seen, as text; never a value of a row.</param>
public sealed record LineageAssertion(string Assertion, bool Success, string? Column = null, string? Severity = null, string? Name = null, string? Expected = null, string? Actual = null);

/// <summary>Figures of one column; what is null is left out. <see cref="Min"/> and <see cref="Max"/> only where they are no personal data.</summary>
/// <param name="Nulls">NULLs.</param>
/// <param name="Distinct">Different values.</param>
/// <param name="Min">Smallest number.</param>
/// <param name="Max">Greatest number.</param>
public sealed record LineageColumnMetrics(long? Nulls = null, long? Distinct = null, double? Min = null, double? Max = null);
