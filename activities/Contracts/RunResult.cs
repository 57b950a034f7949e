namespace Orchestrator.Activities.Contracts;

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>Every dataset was published.</summary>
    Published,

    /// <summary>Nothing to do: inputs and code are those of the last published run.</summary>
    Skipped,

    /// <summary>Nothing of this run is visible, or what is visible is named in the entry.</summary>
    Failed,
}

/// <summary>Result of a <c>PipelineRun</c> and, with run id and times, its entry in the ledger.</summary>
public sealed record RunResult
{
    /// <summary>Pipeline and partition.</summary>
    public required RunRequest Request { get; init; }

    /// <summary>How it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Why it was skipped or failed; null when published.</summary>
    public string? Reason { get; init; }

    /// <summary>What whoever reads the result should know, such as inputs that were read as they were published last; null when there is nothing.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>What it published, in graph order.</summary>
    public IReadOnlyList<DatasetResult> Datasets { get; init; } = [];

    /// <summary>What it used and what that cost; null where nothing was counted.</summary>
    public RunCost? Cost { get; init; }
}

/// <summary>One line of the partition ledger: the last run of a partition that ended.</summary>
public sealed record LedgerEntry
{
    /// <summary>How the run ended.</summary>
    public required RunResult Result { get; init; }

    /// <summary>Workflow run id.</summary>
    public required string RunId { get; init; }

    /// <summary>Fingerprint of the inputs that were read; empty when the run failed before it was planned.</summary>
    public required string InputFingerprint { get; init; }

    /// <summary>Fingerprint of the code that ran; empty when the run failed before it was planned.</summary>
    public required string CodeFingerprint { get; init; }

    /// <summary>Source objects that were read; empty when the run failed before it was planned.</summary>
    public IReadOnlyList<SourceFile> Inputs { get; init; } = [];

    /// <summary>Table versions that its models read.</summary>
    public IReadOnlyList<PinnedTable> Reads { get; init; } = [];

    /// <summary>When rows of this partition were last published (UTC), also when this run failed; null when they never were.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>What changed under the partition's rows and was left to another run to work in, which has not come yet; null when nothing has.</summary>
    public string? Outdated { get; init; }

    /// <summary>Who has taken back what the last run published, so that the rows are those from before it; null when nobody has.</summary>
    public TakenBack? TakenBack { get; init; }

    /// <summary>When the workflow started (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the workflow recorded its end (UTC).</summary>
    public required DateTimeOffset EndedAt { get; init; }
}

/// <summary>A version of a table.</summary>
/// <param name="Dataset">The table's dataset.</param>
/// <param name="Version">The version.</param>
public sealed record TableVersion(string Dataset, long Version);
