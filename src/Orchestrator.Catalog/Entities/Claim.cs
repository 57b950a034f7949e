namespace Orchestrator.Catalog.Entities;

/// <summary>That a run was given a partition, and by which epoch: asked again, it is told the same, also when a later run has taken over.</summary>
public sealed record Claim
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the dataset, <c>layer.table</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Its epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }
}
