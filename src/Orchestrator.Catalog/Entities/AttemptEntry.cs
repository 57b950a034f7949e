namespace Orchestrator.Catalog.Entities;

/// <summary>One try of one step of a run.</summary>
public sealed record AttemptEntry
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The dataset; empty for steps of the whole run.</summary>
    public required string Dataset { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>Number of the try, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Identity of the worker.</summary>
    public string? Worker { get; init; }

    /// <summary><c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Name of the failure.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The failure in words, without row data.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
