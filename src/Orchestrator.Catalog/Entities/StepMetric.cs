namespace Orchestrator.Catalog.Entities;

/// <summary>One figure of one step.</summary>
public sealed record StepMetric
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The dataset; empty for steps of the whole run.</summary>
    public required string Dataset { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>Name of the figure with its unit: <c>rows_in</c>, <c>duration_ms</c>, <c>spill_bytes</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The figure.</summary>
    public required double Value { get; init; }

    /// <summary>When it was taken.</summary>
    public required DateTimeOffset MeasuredAt { get; init; }
}
