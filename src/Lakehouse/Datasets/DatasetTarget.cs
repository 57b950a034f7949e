using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;

namespace Lakehouse.Datasets;

/// <summary>The partitions of a dataset that a piece of work makes, and what their rows must be.</summary>
public sealed record DatasetTarget
{
    /// <summary>Name of the dataset, for example <c>silver.cases</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The contract's table.</summary>
    public required ContractTable Contract { get; init; }

    /// <summary>Column whose value stands in the log instead of in the files.</summary>
    public required string PartitionColumn { get; init; }

    /// <summary>Values of that column, the work's own first and then those that it restates; rows with others are refused.</summary>
    public required IReadOnlyList<string> Partitions { get; init; }

    /// <summary>Columns that identify a row: files are ordered by them. Default: none, by all columns.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Which of the rows with one key stays. Default: null, a repeated key is an error where the contract says so.</summary>
    public IReadOnlyList<SortColumn>? KeepFirstBy { get; init; }

    /// <summary>How the rows enter the table. Default: they take the place of the partitions' rows.</summary>
    public RowMerge Merge { get; init; } = RowMerge.Replace;

    /// <summary>Whether rows are published as they came, so that personal values which nobody has classified are a warning only. Default: false.</summary>
    public bool IsRaw { get; init; }

    /// <summary>
    /// Whether rows are made from raw ones of the same partition alone, so that a number which had values before and has none now was lost on the way in: a check of its own. What reads
    /// more may have none for want of a partition that is still to come. Default: false.
    /// </summary>
    public bool IsFirstTyped { get; init; }

    /// <summary>An ORDER BY list that makes the bytes of a file depend on its rows alone.</summary>
    internal string Order
    {
        get
        {
            var key = Key.Where(k => k != PartitionColumn).Select(SqlIdentifier.Quote).ToArray();
            return key.Length > 0 ? string.Join(", ", key) : "ALL";
        }
    }
}
