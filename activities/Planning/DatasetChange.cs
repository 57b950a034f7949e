namespace Orchestrator.Activities.Planning;

/// <summary>What a change of code does to one dataset.</summary>
public sealed record DatasetChange
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>What of its own code changed, for people; empty when it only reads what changed.</summary>
    public required IReadOnlyList<string> Own { get; init; }

    /// <summary>What it means for the dataset's content.</summary>
    public required ChangeCategory Category { get; init; }

    /// <summary>Columns whose values may become others.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Columns that come.</summary>
    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Why there may be other rows; null when there cannot.</summary>
    public string? RowsBecause { get; init; }

    /// <summary>Whether a contract is what changed of its own.</summary>
    public bool IsContract { get; init; }

    /// <summary>Whether a model, settings or the engine is what changed of its own.</summary>
    public bool IsCode { get; init; }
}
