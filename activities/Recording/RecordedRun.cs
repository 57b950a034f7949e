// One file because these records are one document: a run as the lake keeps it for good.
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Recording;

/// <summary>
/// One run that ended, with all that is known of it: <c>_runs/{pipeline}/{partition}/{number}-{run id}.json</c> in the lake, written once. The catalog is made from these and can be made again.
/// </summary>
public sealed record RecordedRun
{
    /// <summary>What the ledger says of it.</summary>
    public required LedgerEntry Entry { get; init; }

    /// <summary>Its number among the recorded runs of its partition, from 1: the epoch of the catalog's rows. 0 for a run of which only the ledger is left.</summary>
    public required long Number { get; init; }

    /// <summary>What started it: <c>manual</c>, <c>backfill</c>, <c>schedule</c>, <c>late</c>, <c>arrival</c>, <c>data</c>; null when its history could not be read.</summary>
    public string? Trigger { get; init; }

    /// <summary>Name of the backfill that it is part of.</summary>
    public string? Backfill { get; init; }

    /// <summary>Who answers for the pipeline; null when the pipeline could not be read any more.</summary>
    public string? Owner { get; init; }

    /// <summary>Tenant that it worked for; null when the pipeline could not be read any more.</summary>
    public string? Tenant { get; init; }

    /// <summary>Engine that it used.</summary>
    public string? Engine { get; init; }

    /// <summary>First instant of the partition; null for partitions without time.</summary>
    public DateTimeOffset? PartitionStart { get; init; }

    /// <summary>First instant behind the partition; null for partitions without time.</summary>
    public DateTimeOffset? PartitionEnd { get; init; }

    /// <summary>Datasets of the pipeline, published or not.</summary>
    public IReadOnlyList<RecordedDataset> Datasets { get; init; } = [];

    /// <summary>Its steps that ended.</summary>
    public IReadOnlyList<RecordedStep> Steps { get; init; } = [];

    /// <summary>Who did what to it.</summary>
    public IReadOnlyList<Deed> Deeds { get; init; } = [];
}

/// <summary>A dataset as one run made it.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="CodeFingerprint">SHA-256 over its model and settings; null when the pipeline could not be read any more.</param>
/// <param name="ContractFingerprint">SHA-256 over its contract; null when the pipeline could not be read any more.</param>
/// <param name="Bytes">Bytes of the files that its commit added; 0 when it was not published.</param>
/// <param name="Reads">Tables it was made from, with the versions that were read.</param>
/// <param name="Columns">Columns it was made from.</param>
public sealed record RecordedDataset(string Name, string? CodeFingerprint, string? ContractFingerprint, long Bytes, IReadOnlyList<RecordedRead> Reads, IReadOnlyList<RecordedColumn> Columns);

/// <summary>A table or source that was read.</summary>
/// <param name="Name">Name of the table, or <c>source:NAME</c>.</param>
/// <param name="Version">Version that was read; null when the log did not exist yet, and for sources.</param>
public sealed record RecordedRead(string Name, string? Version);

/// <summary>That a column was made from another.</summary>
/// <param name="Output">Column of the dataset.</param>
/// <param name="Table">Table that was read.</param>
/// <param name="Input">Its column.</param>
/// <param name="Kind"><c>identity</c>, <c>transformation</c>, <c>aggregation</c> or another use.</param>
public sealed record RecordedColumn(string Output, string Table, string Input, string Kind);

/// <summary>One thing that somebody did to a workflow.</summary>
/// <param name="Id">Id of the act.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Actor">Who: the identity of the client, or the workflow that did it.</param>
/// <param name="Action">What: <c>run.start</c>, <c>backfill.pause</c>.</param>
/// <param name="Target">Id of the workflow, or of the schedule.</param>
/// <param name="Details">What was said, as JSON; null for nothing.</param>
public sealed record Deed(string Id, DateTimeOffset At, string Actor, string Action, string Target, string? Details);
