namespace Orchestrator.Catalog.Entities;

/// <summary>Rows of one partition that broke one rule in one run; the rows themselves lie in the lake.</summary>
public sealed record QuarantineEntry
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the dataset, <c>layer.table</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The rule that they broke.</summary>
    public required string Rule { get; init; }

    /// <summary>Epoch of the run.</summary>
    public required long Epoch { get; init; }

    /// <summary>How many.</summary>
    public required long Rows { get; init; }

    /// <summary>How many of them have been published since.</summary>
    public long Redriven { get; init; }

    /// <summary>Where they lie.</summary>
    public string? Location { get; init; }

    /// <summary><c>open</c>, <c>redriven</c>, <c>superseded</c> (a later run has made the partition anew) or <c>discarded</c>.</summary>
    public required string State { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>When this entry was last written.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
