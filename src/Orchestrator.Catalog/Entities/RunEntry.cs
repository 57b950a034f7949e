namespace Orchestrator.Catalog.Entities;

/// <summary>One run of a pipeline for one partition.</summary>
public sealed record RunEntry
{
    /// <summary>Id of the run, unique for ever.</summary>
    public required string RunId { get; init; }

    /// <summary>Id of its workflow.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary><c>running</c>, <c>succeeded</c>, <c>skipped</c>, <c>held</c>, <c>failed</c>, <c>rejected</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What started it: <c>manual</c>, <c>schedule</c>, <c>backfill</c>, <c>late</c>, <c>data</c>, <c>arrival</c>.</summary>
    public string? Trigger { get; init; }

    /// <summary>Name of the backfill that it is part of.</summary>
    public string? Backfill { get; init; }

    /// <summary>Who answers for the pipeline.</summary>
    public string? Owner { get; init; }

    /// <summary>Tenant that it works for.</summary>
    public string? Tenant { get; init; }

    /// <summary>SHA-256 over the pipeline.</summary>
    public string? CodeFingerprint { get; init; }

    /// <summary>Name of the failure; null when it did not fail.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The failure in words, without row data.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Rows read.</summary>
    public long RowsIn { get; init; }

    /// <summary>Rows published.</summary>
    public long RowsOut { get; init; }

    /// <summary>Bytes read.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes published.</summary>
    public long BytesOut { get; init; }

    /// <summary>Cost, in the currency of the price list.</summary>
    public decimal Cost { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
