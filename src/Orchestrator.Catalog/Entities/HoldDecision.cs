namespace Orchestrator.Catalog.Entities;

/// <summary>What somebody decided about a hold.</summary>
public sealed record HoldDecision
{
    /// <summary>Id of the decision: that of the workflow's update, so that a repeated one is recognised.</summary>
    public required string DecisionId { get; init; }

    /// <summary>The hold.</summary>
    public required string HoldId { get; init; }

    /// <summary>Revision of the hold that it was taken on.</summary>
    public required int Revision { get; init; }

    /// <summary><c>approve</c>, <c>reject</c>, <c>retry</c>, <c>waive</c> or <c>expire</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Who decided.</summary>
    public required string Actor { get; init; }

    /// <summary>In which role.</summary>
    public string? Role { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The waived rule.</summary>
    public string? Rule { get; init; }

    /// <summary>Until when the approval or waiver holds.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset DecidedAt { get; init; }
}
