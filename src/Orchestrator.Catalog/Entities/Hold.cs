namespace Orchestrator.Catalog.Entities;

/// <summary>A partition that waits for a decision.</summary>
public sealed record Hold
{
    /// <summary>Id: pipeline, dataset, partition and epoch.</summary>
    public required string HoldId { get; init; }

    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the dataset, <c>layer.table</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Epoch of the run that waits.</summary>
    public required long Epoch { get; init; }

    /// <summary>The run that waits.</summary>
    public required string RunId { get; init; }

    /// <summary>Its workflow, which takes the decision.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Where it stands.</summary>
    public HoldState State { get; init; }

    /// <summary>Grows with every change; a decision names the one that it was taken on.</summary>
    public int Revision { get; init; }

    /// <summary>Which checks are broken, in words without row data.</summary>
    public required string Reason { get; init; }

    /// <summary>The broken checks as JSON.</summary>
    public string? Checks { get; init; }

    /// <summary>Where the staged files lie.</summary>
    public string? Staged { get; init; }

    /// <summary>When it was raised.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
