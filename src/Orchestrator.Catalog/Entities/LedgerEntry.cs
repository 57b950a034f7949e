namespace Orchestrator.Catalog.Entities;

/// <summary>What is known of one partition of a dataset: who owns it now, how its last run ended, and what is published.</summary>
public sealed record LedgerEntry
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the dataset, <c>layer.table</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Epoch of the run that owns the partition; an earlier one is late.</summary>
    public long ClaimEpoch { get; init; }

    /// <summary>Run that owns the partition; null when it was never claimed.</summary>
    public string? ClaimRunId { get; init; }

    /// <summary>Epoch of the run whose end is recorded; 0 before the first.</summary>
    public long Epoch { get; init; }

    /// <summary>Run whose end is recorded.</summary>
    public string? RunId { get; init; }

    /// <summary>How that run ended.</summary>
    public PartitionState State { get; init; }

    /// <summary>Why, for skipped, held and failed runs, in one sentence without row data.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 over the inputs of what is published; null when nothing is.</summary>
    public string? InputFingerprint { get; init; }

    /// <summary>SHA-256 over model and settings of what is published.</summary>
    public string? CodeFingerprint { get; init; }

    /// <summary>SHA-256 over the contract of what is published.</summary>
    public string? ContractFingerprint { get; init; }

    /// <summary>Engine that made what is published.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>Epoch of what is published; null when nothing is.</summary>
    public long? PublishedEpoch { get; init; }

    /// <summary>Version of the table that published it.</summary>
    public long? TableVersion { get; init; }

    /// <summary>Hash over the published values, to tell a changed file from changed data.</summary>
    public string? ValueHash { get; init; }

    /// <summary>Published rows.</summary>
    public long Rows { get; init; }

    /// <summary>Published bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Cost of the recorded run, in the currency of the price list.</summary>
    public decimal Cost { get; init; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>First instant of the partition; null for partitions without time.</summary>
    public DateTimeOffset? PartitionStart { get; init; }

    /// <summary>Whether something upstream is newer than what is published.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether the partition is sealed: later arrivals need an approval.</summary>
    public bool IsFinal { get; init; }

    /// <summary>When this entry was last written.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
