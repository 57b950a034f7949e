// One file because these records are one message family: what starts maintenance, its plan, its steps, and what it tells.
namespace Orchestrator.Activities.Contracts;

/// <summary>What maintenance does to a table, in this order.</summary>
public enum MaintainStepKind
{
    /// <summary>Takes partitions away that have outlived <c>maintain.retention</c>.</summary>
    Retire,

    /// <summary>Puts small files of a partition together.</summary>
    Compact,

    /// <summary>Deletes files of writers that died before they committed.</summary>
    Sweep,

    /// <summary>Deletes files that no version needs which may still be read.</summary>
    Vacuum,

    /// <summary>Writes the state of the newest version into one file.</summary>
    Checkpoint,

    /// <summary>Moves the files of old partitions to cheaper storage, before files are deleted.</summary>
    Tier,
}

/// <summary>What starts a <c>Maintain</c>. As JSON, from any client: <c>{"pipeline":"covid","dataset":"silver.cases"}</c>.</summary>
public sealed record MaintainRequest
{
    /// <summary>Pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Only this dataset and its quarantine. Default: null, all of the pipeline.</summary>
    public string? Dataset { get; init; }

    /// <summary>Only tell what would be done. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>The workflow id. One that only looks has another, so that it stands in nobody's way.</summary>
    public string WorkflowId => $"maintain/{Pipeline}/{Dataset ?? "all"}{(DryRun ? "/dry-run" : "")}";
}

/// <summary>What a step does, or would do, to a table.</summary>
public sealed record MaintainStep
{
    /// <summary>The step.</summary>
    public required MaintainStepKind Kind { get; init; }

    /// <summary>Partitions that it concerns; 0 for a step that does not go by partitions.</summary>
    public int Partitions { get; init; }

    /// <summary>Files taken out of the table, or deleted from the store; for a checkpoint, files written.</summary>
    public long Files { get; init; }

    /// <summary>Size of these files.</summary>
    public long Bytes { get; init; }

    /// <summary>Files that take their place; 0 in a plan, which does not know.</summary>
    public long NewFiles { get; init; }

    /// <summary>Size of the files that take their place; 0 in a plan.</summary>
    public long NewBytes { get; init; }

    /// <summary>Files that would have gone, but that a reader has pinned or a writer has staged.</summary>
    public long Spared { get; init; }

    /// <summary>Version of the table that the step made last; null when it made none.</summary>
    public long? Version { get; init; }
}

/// <summary>One table's maintenance, planned or done.</summary>
public sealed record MaintainTable
{
    /// <summary>The dataset, whose policy counts.</summary>
    public required string Dataset { get; init; }

    /// <summary>The table: the dataset's own, or that of its quarantine.</summary>
    public required string Table { get; init; }

    /// <summary>Newest version when it was looked at.</summary>
    public required long Version { get; init; }

    /// <summary>Steps that have something to do, or did; the others are left out.</summary>
    public IReadOnlyList<MaintainStep> Steps { get; init; } = [];

    /// <summary>What the policy asks for and cannot be done, and what went wrong.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>Argument of the activity that does a step.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Table">The table as it was planned.</param>
/// <param name="Kind">The step.</param>
/// <param name="WorkflowId">Who does it: stands in the commits.</param>
/// <param name="RunId">Which run of it.</param>
public sealed record MaintainStepRequest(string Pipeline, MaintainTable Table, MaintainStepKind Kind, string WorkflowId, string RunId);

/// <summary>Answer of the query <c>progress</c>, and the result of maintenance.</summary>
public sealed record MaintainReport
{
    /// <summary><c>planning</c>, <c>running</c>, <c>planned</c> for one that only looked, or <c>completed</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Step at work, as <c>compact gold.country_daily</c>; null when none is.</summary>
    public string? Step { get; init; }

    /// <summary>The tables, with what was done to them; with what would be done when it only looked.</summary>
    public IReadOnlyList<MaintainTable> Tables { get; init; } = [];
}
