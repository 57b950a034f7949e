namespace Orchestrator.Catalog.Entities;

/// <summary>One thing that somebody did; never changed and never deleted.</summary>
public sealed record AuditEntry
{
    /// <summary>Id of the act, so that a repeated one is recognised.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string Actor { get; init; }

    /// <summary>What: <c>run.start</c>, <c>hold.approve</c>, <c>backfill.set</c>.</summary>
    public required string Action { get; init; }

    /// <summary>On what.</summary>
    public required string Target { get; init; }

    /// <summary>More, as JSON, without row data and secrets.</summary>
    public string? Details { get; init; }
}
