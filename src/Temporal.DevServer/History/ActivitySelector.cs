namespace Temporal.DevServer.History;

/// <summary>Chooses pending activities of a run: by id, by type, or all.</summary>
internal sealed record ActivitySelector
{
    private ActivitySelector()
    {
    }

    /// <summary>Every pending activity.</summary>
    public static ActivitySelector All { get; } = new();

    public string? Id { get; private init; }

    public string? Type { get; private init; }

    public static ActivitySelector ById(string id) => new() { Id = id };

    public static ActivitySelector ByType(string type) => new() { Type = type };

    public bool Matches(PendingActivity activity) =>
        Id is { } id ? activity.Scheduled.ActivityId == id : Type is null || activity.Scheduled.ActivityType.Name == Type;
}
