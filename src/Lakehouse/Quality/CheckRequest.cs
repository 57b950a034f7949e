namespace Lakehouse.Quality;

/// <summary>A relation to check, and what the rows kept aside are marked with.</summary>
public sealed record CheckRequest
{
    /// <summary>Name of the table or view with the rows, unquoted; parts of a qualified name separated by dots.</summary>
    public required string Relation { get; init; }

    /// <summary>Most rows that the relation can have, where that is known: the engine is not asked how it would read a few. Default: null, unknown.</summary>
    public long? MostRows { get; init; }

    /// <summary>Name of the view made over the rows that may be published; replaced if it exists. Default: <c>passing</c>.</summary>
    public string PassingView { get; init; } = "passing";

    /// <summary>Name of the table that takes the rows kept aside, see <see cref="Quality.QuarantineTable"/>; made if missing. Default: <c>quarantine</c>.</summary>
    public string QuarantineTable { get; init; } = "quarantine";

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The partition that rows kept aside are marked with; where <see cref="PartitionColumn"/> is null in a row, too.</summary>
    public required string Partition { get; init; }

    /// <summary>Column whose value, as text, is the row's partition: for a relation of several partitions. Default: null, all rows are of one.</summary>
    public string? PartitionColumn { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>When rows are kept aside.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>How rows with one key become one, after the quarantine; null leaves them.</summary>
    public Deduplication? Deduplicate { get; init; }

    /// <summary>What of the rows that may be published enters the table, as a SELECT over a relation: there keys and values have to be unique. Default: null, all of them.</summary>
    public Func<string, string>? Entering { get; init; }

    /// <summary>
    /// Relation with rows of earlier partitions of the same table, for checks of distribution and anomaly; of one partition column with
    /// <see cref="PartitionColumn"/>. Default: null, those checks are reported as not run.
    /// </summary>
    public string? History { get; init; }

    /// <summary>Checks written in C#, by the name that contracts use for them. Default: none.</summary>
    public IReadOnlyDictionary<string, ICustomCheck> CustomChecks { get; init; } = new Dictionary<string, ICustomCheck>();

    /// <summary>What checks of the whole table look at. Default: what would be published.</summary>
    public CheckScope Scope { get; init; }
}
