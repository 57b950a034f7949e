namespace Orchestrator.Catalog.Entities;

/// <summary>The result of one check of one partition in one epoch.</summary>
public sealed record QualityPoint
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the dataset, <c>layer.table</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Name of the check.</summary>
    public required string Rule { get; init; }

    /// <summary>Epoch of the run that checked.</summary>
    public required long Epoch { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary><c>error</c> or <c>warning</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>Whether it held.</summary>
    public required bool Passed { get; init; }

    /// <summary>The measured figure.</summary>
    public double Value { get; init; }

    /// <summary>Rows that broke it.</summary>
    public long FailedRows { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public long CheckedRows { get; init; }

    /// <summary>When it was checked.</summary>
    public required DateTimeOffset MeasuredAt { get; init; }
}
