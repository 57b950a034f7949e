namespace Orchestrator.Catalog.Entities;

/// <summary>That one column, or table, was made from another one in one run; exact to the versions.</summary>
public sealed record LineageEdge
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Dataset that was made, <c>pipeline/dataset</c>.</summary>
    public required string Output { get; init; }

    /// <summary>Its column; empty for the whole table.</summary>
    public required string OutputColumn { get; init; }

    /// <summary>Dataset or source object that was read.</summary>
    public required string Input { get; init; }

    /// <summary>Its column; empty for the whole.</summary>
    public required string InputColumn { get; init; }

    /// <summary>Version that the commit made.</summary>
    public long? OutputVersion { get; init; }

    /// <summary>Version or tag that was read.</summary>
    public string? InputVersion { get; init; }

    /// <summary>How: <c>identity</c>, <c>transformation</c>, <c>aggregation</c>, <c>filter</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
