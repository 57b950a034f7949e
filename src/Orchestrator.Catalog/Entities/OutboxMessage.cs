namespace Orchestrator.Catalog.Entities;

/// <summary>Something that has to reach another system, written together with what it tells of.</summary>
public sealed record OutboxMessage
{
    /// <summary>Id of the message; receivers recognise a repeated one by it.</summary>
    public required string MessageId { get; init; }

    /// <summary>Kind: <c>openlineage</c>, <c>alert</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>The message as JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Before this nobody takes it; moves on with every failed try.</summary>
    public required DateTimeOffset AvailableAt { get; init; }

    /// <summary>Times that it was taken.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? LastError { get; init; }

    /// <summary>When it arrived; null until then.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}
