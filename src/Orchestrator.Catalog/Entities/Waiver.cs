namespace Orchestrator.Catalog.Entities;

/// <summary>A check that somebody has put out of force for a time.</summary>
public sealed record Waiver
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the check.</summary>
    public required string Rule { get; init; }

    /// <summary>Who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>First moment at which the check counts again.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
