namespace Orchestrator.Activities.Contracts;

/// <summary>What a run will do, pinned in its history: every later step reads the plan and never looks again.</summary>
public sealed record RunPlan
{
    /// <summary>The request the plan answers.</summary>
    public required RunRequest Request { get; init; }

    /// <summary>Run id of the workflow: names the staging folder and stands in every commit.</summary>
    public required string RunId { get; init; }

    /// <summary>Why there is nothing to do; null when there is.</summary>
    public string? SkipReason { get; init; }

    /// <summary>Kind of the first reason to run; null when there is none, and in plans of workers before 0.3.</summary>
    public string? Reason { get; init; }

    /// <summary>Source objects of the partition, in a fixed order.</summary>
    public required IReadOnlyList<SourceFile> Inputs { get; init; }

    /// <summary>Datasets in graph order.</summary>
    public required IReadOnlyList<DatasetPlan> Datasets { get; init; }

    /// <summary>SHA-256 over URI, size and content hash of every input.</summary>
    public required string InputFingerprint { get; init; }

    /// <summary>SHA-256 over the pipeline's specification, models and contracts, and the engine's version.</summary>
    public required string CodeFingerprint { get; init; }

    /// <summary>When the plan was made (UTC); stands in every row that is kept aside.</summary>
    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>When the partition was sealed, where its inputs have changed since: what the run makes waits for an approval. Null otherwise.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>Longest time the run may work, without the time it waits for decisions; null in plans of workers before 0.2.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Longest time one step may take, from the pipeline's limits.</summary>
    public required TimeSpan StepTimeout { get; init; }

    /// <summary>How steps are tried again, by the step's name as <c>pipeline.yaml</c> writes it; null where nothing is declared.</summary>
    public IReadOnlyDictionary<string, StepRetry>? Retry { get; init; }

    /// <summary>Most rows that one dataset may get; null for no limit.</summary>
    public long? MaxRows { get; init; }

    /// <summary>What work costs where the run was planned; null in plans of older workers.</summary>
    public PriceList? Prices { get; init; }

    /// <summary>What the run may cost; null for no limit.</summary>
    public CostLimit? Cost { get; init; }

    /// <summary>Whom the pipeline works for; null in plans of workers before 0.3.</summary>
    public string? Tenant { get; init; }

    /// <summary>Declared priority of live runs, 1 (highest) to 5; null in plans of workers before 0.3.</summary>
    public int? Priority { get; init; }

    /// <summary>Concurrency groups that the run's steps belong to; null when there are none.</summary>
    public IReadOnlyList<GroupPlan>? Groups { get; init; }

    /// <summary>Number of the last hold of the partition that was decided, 0 for none: holds are counted on, so that a decision about an earlier run's is told from one about this run's.</summary>
    public int HoldsBefore { get; init; }

    /// <summary>What the run tells of itself in search attributes; null in plans of workers before 0.3, then nothing.</summary>
    public WorkflowLabels? Labels { get; init; }

    /// <summary>
    /// The plan for steps behind landing, which read what was landed: a workflow task that begins many of them sends all their arguments in one message, and Temporal takes none above 4 MiB.
    /// </summary>
    public RunPlan WithoutInputs() => this with { Inputs = [] };
}

/// <summary>One source object as it was when the run was planned.</summary>
/// <param name="Source">Name of the source in <c>pipeline.yaml</c>.</param>
/// <param name="Uri">Where it lies.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">Hash of its content, lower-case hex.</param>
public sealed record SourceFile(string Source, string Uri, long Bytes, string Sha256)
{
    /// <summary>Its path below the folder that the source lists, where that is more than a file name; null otherwise. Two objects of one partition may have the same file name.</summary>
    public string? Name { get; init; }

    /// <summary>Identity of its content as the store tells it; null where it tells none.</summary>
    public string? ETag { get; init; }

    /// <summary>When the object was last written, as its store tells; null when it was not recorded. Says nothing about content: it only spares reading what has not moved.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Hash of what the object says, the same for every way to write it; null when it was not recorded. Of several datasets that load it, all hashes, joined by <c>+</c>.</summary>
    public string? Values { get; init; }

    /// <summary>When its bytes were first landed (UTC); null before they were.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }
}

/// <summary>One dataset's part of a run.</summary>
/// <param name="Name">For example <c>silver.cases</c>.</param>
/// <param name="Level">Distance from the sources: datasets of one level run in parallel.</param>
/// <param name="IsSource">True when it is loaded from landed files, false when a SQL model makes it.</param>
/// <param name="Epoch">Version of the table's <c>txn</c> entry that this run's commit carries; grows by one with each published run of the partition.</param>
public sealed record DatasetPlan(string Name, int Level, bool IsSource, long Epoch)
{
    /// <summary>What broken rules lead to. Default: an error fails the run.</summary>
    public GatePolicy Gate { get; init; } = new();

    /// <summary>What it is made from: its source, datasets of the pipeline, and tables of others as <c>pipeline/dataset</c>. Default: none, in plans of workers before 0.4.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Whether it reads partitions before the run's own. Default: false.</summary>
    public bool LooksBack { get; init; }

    /// <summary>Name of the concurrency group within which it is made; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Name of the source that it is loaded from; null for one that a model makes, and in plans of older workers.</summary>
    public string? Source { get; init; }
}
