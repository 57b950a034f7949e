// One file because these records are one message family: what starts a rollback, what it found, and what it leaves behind.
namespace Orchestrator.Activities.Contracts;

/// <summary>
/// What starts a <c>Rollback</c>: what the last run published of a partition is taken back. As JSON, from any client:
/// <c>{"pipeline":"covid","partition":"2020-03-22","by":"ann","reason":"half a file"}</c>.
/// </summary>
public sealed record RollbackRequest
{
    /// <summary>Pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Who wants it.</summary>
    public string By { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Run that was looked at: another one that has published since is not taken back. Default: null, the last one that published.</summary>
    public string? RunId { get; init; }

    /// <summary>The workflow id: that of the partition's runs, so that none of them goes on meanwhile.</summary>
    public string WorkflowId => new RunRequest(Pipeline, Partition).WorkflowId;
}

/// <summary>What a rollback does to one table.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Table">Its table, or that of what it kept aside.</param>
/// <param name="Version">Version that the run made, which is taken back.</param>
/// <param name="Partitions">Partitions that get back what they had before it.</param>
/// <param name="Remade">Partitions that the run made as well and that other runs have made again since: they are left.</param>
/// <param name="Epoch">The rollback's own epoch in that table.</param>
public sealed record RollbackTable(string Dataset, string Table, long Version, IReadOnlyList<string> Partitions, IReadOnlyList<string> Remade, long Epoch);

/// <summary>A published partition that was made from what is taken back.</summary>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Partition">The partition.</param>
/// <param name="RunId">The run that made it.</param>
/// <param name="Dataset">What it read.</param>
public sealed record RollbackReader(string Pipeline, string Partition, string RunId, string Dataset);

/// <summary>What a rollback does, pinned in its history.</summary>
public sealed record RollbackPlan
{
    /// <summary>The request.</summary>
    public required RollbackRequest Request { get; init; }

    /// <summary>The run whose rows are taken back.</summary>
    public required string RunId { get; init; }

    /// <summary>Tables in graph order, each dataset's own before that of what it kept aside.</summary>
    public required IReadOnlyList<RollbackTable> Tables { get; init; }

    /// <summary>Where the rows went that come back, by dataset; without one nothing was published before.</summary>
    public IReadOnlyList<RedriveCounts> Before { get; init; } = [];

    /// <summary>Published partitions, of this and of other pipelines, that were made from what is taken back.</summary>
    public IReadOnlyList<RollbackReader> Readers { get; init; } = [];

    /// <summary>What the run said that is taken back: its inputs and code are what later plans compare with.</summary>
    public required LedgerEntry Entry { get; init; }

    /// <summary>What the rollback tells of itself in search attributes.</summary>
    public WorkflowLabels? Labels { get; init; }
}

/// <summary>Argument of the step that takes back what a run published to one table.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Table">The table.</param>
/// <param name="WorkflowRunId">The rollback's own run id: stands in the commit.</param>
public sealed record RollbackStepRequest(RollbackPlan Plan, RollbackTable Table, string WorkflowRunId);

/// <summary>In the ledger: that the partition's rows are those from before a run, because somebody has taken back what that one published.</summary>
/// <param name="RunId">The run that was taken back.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Readers">Published partitions that were made from what was taken back.</param>
public sealed record TakenBack(string RunId, string By, string Reason, IReadOnlyList<RollbackReader> Readers);
