namespace Orchestrator.Catalog.Entities;

/// <summary>What one kind of use cost one run.</summary>
public sealed record CostEntry
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The dataset; empty for the whole run.</summary>
    public required string Dataset { get; init; }

    /// <summary>What was used: <c>cpu_seconds</c>, <c>bytes_read</c>, <c>requests</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Tenant that it worked for.</summary>
    public string? Tenant { get; init; }

    /// <summary>How much.</summary>
    public required double Quantity { get; init; }

    /// <summary>Price, in the currency of the price list.</summary>
    public required decimal Amount { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
