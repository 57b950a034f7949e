using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>What holds for all operations of one <see cref="TableOperations"/>.</summary>
public sealed record TableOperationOptions
{
    /// <summary>Most rows in one data file. Default: null, a write makes one file for each partition.</summary>
    public long? RowsPerFile { get; init; }

    /// <summary>How files are written. Default: zstd, 122,880 rows in a row group.</summary>
    public ParquetWriteOptions Parquet { get; init; } = new();

    /// <summary>How often an operation is done again when another commit stands against it. Default: 20.</summary>
    public int Attempts { get; init; } = 20;

    /// <summary>Goes into each <c>commitInfo</c>: <c>workflowId</c>, <c>runId</c>. Default: nothing.</summary>
    public JsonObject Info { get; init; } = [];

    /// <summary>Whose work it is, in the table's <c>txn</c>; null for work that may be repeated. With it <see cref="Epoch"/> is needed.</summary>
    public string? Application { get; init; }

    /// <summary>Number of the work: the table skips one that it knows, or a later one, of the same application.</summary>
    public long Epoch { get; init; }

    /// <summary>
    /// The publish that an operation is: found again by its id, fenced by its transaction, and only ever right behind the version its veto has seen; work
    /// that changes nothing is committed too, so that the table knows of it. <see cref="Application"/>, <see cref="Attempts"/> and <see cref="Info"/> do not
    /// count then. Default: null, the operation stands behind whatever does not stand against it.
    /// </summary>
    public CommitRequest? Publish { get; init; }

    /// <summary>
    /// Columns of the rows to come: those the table has not are added, and types widened, by the operation's own commit. Default: null, the table stays as it is.
    /// </summary>
    public IReadOnlyList<TableColumn>? Columns { get; init; }
}
