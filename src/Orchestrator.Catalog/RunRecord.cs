using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog;

/// <summary>All that one run tells the catalog, written in one transaction: either all of it stands or nothing.</summary>
public sealed record RunRecord
{
    /// <summary>The run.</summary>
    public required RunEntry Run { get; init; }

    /// <summary>What it published, by dataset.</summary>
    public IReadOnlyList<LedgerEntry> Published { get; init; } = [];

    /// <summary>Datasets that it has not published: skipped, held, failed, rejected.</summary>
    public IReadOnlyList<LedgerEntry> Ended { get; init; } = [];

    /// <summary>Tries of its steps.</summary>
    public IReadOnlyList<AttemptEntry> Attempts { get; init; } = [];

    /// <summary>Figures of its steps.</summary>
    public IReadOnlyList<StepMetric> Metrics { get; init; } = [];

    /// <summary>Results of its checks.</summary>
    public IReadOnlyList<QualityPoint> Quality { get; init; } = [];

    /// <summary>What it made from what.</summary>
    public IReadOnlyList<LineageEdge> Lineage { get; init; } = [];

    /// <summary>Rows that it quarantined.</summary>
    public IReadOnlyList<QuarantineEntry> Quarantine { get; init; } = [];

    /// <summary>What it cost.</summary>
    public IReadOnlyList<CostEntry> Costs { get; init; } = [];

    /// <summary>How far it brought datasets.</summary>
    public IReadOnlyList<Watermark> Watermarks { get; init; } = [];

    /// <summary>Who did what to it.</summary>
    public IReadOnlyList<AuditEntry> Audit { get; init; } = [];

    /// <summary>What other systems have to learn of it.</summary>
    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];
}
