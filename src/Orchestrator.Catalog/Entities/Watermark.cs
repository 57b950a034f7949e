namespace Orchestrator.Catalog.Entities;

/// <summary>How far something has been read: an event time that only grows, or a cursor.</summary>
public sealed record Watermark
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What is watched: a dataset, or a source.</summary>
    public required string Name { get; init; }

    /// <summary>Latest event time that counts as complete.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Where a listing or a log goes on.</summary>
    public string? Cursor { get; init; }

    /// <summary>Epoch of the writer; an earlier one is late.</summary>
    public long Epoch { get; init; }

    /// <summary>When it last moved.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
