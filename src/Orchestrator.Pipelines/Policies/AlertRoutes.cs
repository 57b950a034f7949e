namespace Orchestrator.Pipelines.Policies;

/// <summary>Where alerts go, as names of routes; what a name means (channel, address, secret) is set up where the workers run.</summary>
public sealed record AlertRoutes
{
    /// <summary>Routes of everything that has none of its own. Default: none, alerts are only recorded.</summary>
    public IReadOnlyList<string> Default { get; init; } = [];

    /// <summary>Routes of single events.</summary>
    public IReadOnlyDictionary<AlertEvent, IReadOnlyList<string>> Events { get; init; } = new Dictionary<AlertEvent, IReadOnlyList<string>>();

    /// <summary>The routes of an event.</summary>
    public IReadOnlyList<string> For(AlertEvent alert) => Events.GetValueOrDefault(alert, Default);
}
