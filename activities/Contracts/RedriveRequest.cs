// One file because these records are one message family: what starts a redrive, what it found, and what became of it.
namespace Orchestrator.Activities.Contracts;

/// <summary>What starts a <c>Redrive</c>: rows that were kept aside are held against today's contracts and code. As JSON, from any client: <c>{"pipeline":"covid","dataset":"silver.cases"}</c>.</summary>
public sealed record RedriveRequest
{
    /// <summary>Pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Only rows of this dataset. Default: null, of all.</summary>
    public string? Dataset { get; init; }

    /// <summary>Only rows of this partition, as the quarantine names it. Default: null, of all.</summary>
    public string? Partition { get; init; }

    /// <summary>Only partitions with rows that break this rule. Default: null, any.</summary>
    public string? Rule { get; init; }

    /// <summary>Runs at once. Default: null, the pipeline's own number.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Whether another request is about the same rows, however many runs it wants at once.</summary>
    public bool IsAboutTheSame(RedriveRequest other) => this with { Concurrency = null } == other with { Concurrency = null };

    /// <summary>The workflow id.</summary>
    public string WorkflowId => $"redrive/{Pipeline}/{Dataset ?? "all"}";
}

/// <summary>A quarantine as it was before anything was run.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Table">The table with its rows.</param>
/// <param name="Version">Version of that table.</param>
/// <param name="Partitions">Values of the partitions that have rows of the request.</param>
public sealed record RedriveTable(string Dataset, string Table, long Version, IReadOnlyList<string> Partitions);

/// <summary>What a redrive runs.</summary>
public sealed record RedrivePlan
{
    /// <summary>The quarantines.</summary>
    public IReadOnlyList<RedriveTable> Tables { get; init; } = [];

    /// <summary>Quarantines that the runs may put rows into beside them: a row that is fixed in one table may be kept aside by the next. Version -1 of one that is not there yet.</summary>
    public IReadOnlyList<RedriveTable> Others { get; init; } = [];

    /// <summary>The pipeline's partitions that are run again, in order.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>Partitions with rows that cannot be run again, and why.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Where the rows of their last runs went, by partition.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RedriveCounts>> Before { get; init; } = new Dictionary<string, IReadOnlyList<RedriveCounts>>();

    /// <summary>What the redrive tells of itself in search attributes; null in plans of workers before 0.3, then nothing.</summary>
    public WorkflowLabels? Labels { get; init; }
}

/// <summary>Where a dataset's rows of one run went.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Counts">Where they went.</param>
public sealed record RedriveCounts(string Dataset, RowCounts Counts);

/// <summary>Argument of the activity that compares a quarantine with what it was.</summary>
/// <param name="Request">The request.</param>
/// <param name="Plan">What was found before the runs.</param>
public sealed record RedriveComparison(RedriveRequest Request, RedrivePlan Plan);

/// <summary>What became of a partition's rows that broke one rule, told apart by where they stand in the source.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Before">Rows that broke it.</param>
/// <param name="Fixed">Of them, those that no longer do.</param>
/// <param name="StillFailing">Of them, those that still do.</param>
/// <param name="New">Rows that break it and did not before.</param>
public sealed record RedriveRule(string Rule, long Before, long Fixed, long StillFailing, long New);

/// <summary>What became of a partition's quarantine.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Before">Rows that were kept aside.</param>
/// <param name="Released">Of them, those that are kept aside no more: published, or dropped by a rule that says so.</param>
/// <param name="StillFailing">Of them, those that still are.</param>
/// <param name="New">Rows that are kept aside and were not before.</param>
/// <param name="Rules">The same by rule; a row counts for each that it breaks.</param>
public sealed record RedriveOutcome(string Dataset, string Partition, long Before, long Released, long StillFailing, long New, IReadOnlyList<RedriveRule> Rules);

/// <summary>Where a dataset's rows went, before and after.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Partition">The pipeline's partition that was run.</param>
/// <param name="Before">Where the rows of its last run before went; null when nobody recorded one that published.</param>
/// <param name="After">Where the rows of its last run went.</param>
public sealed record RedriveBalance(string Dataset, string Partition, RowCounts? Before, RowCounts After);

/// <summary>Answer of the query <c>progress</c>, and the result of a redrive.</summary>
public sealed record RedriveReport
{
    /// <summary><c>planning</c>, <c>running</c>, <c>comparing</c> or <c>completed</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Partitions to run again.</summary>
    public int Partitions { get; init; }

    /// <summary>Runs that published.</summary>
    public int Published { get; init; }

    /// <summary>Runs that failed: their partitions are as they were.</summary>
    public int Failed { get; init; }

    /// <summary>Runs that wait for a decision: their partitions are as they were until then.</summary>
    public int Held { get; init; }

    /// <summary>What became of the rows, by dataset and partition.</summary>
    public IReadOnlyList<RedriveOutcome> Outcomes { get; init; } = [];

    /// <summary>Where all rows of the partitions went, before and after: in = published + quarantined + dropped.</summary>
    public IReadOnlyList<RedriveBalance> Balances { get; init; } = [];

    /// <summary>What could not be done, and rows that are unaccounted for.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
