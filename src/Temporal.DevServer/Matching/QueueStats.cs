namespace Temporal.DevServer.Matching;

/// <summary>What a queue looks like at one moment.</summary>
internal sealed record QueueStats(
    IReadOnlyList<(PollerIdentity Poller, DateTime LastAccess)> Pollers, IReadOnlyDictionary<int, (int Count, DateTime Oldest)> Backlog, DateTime Now)
{
    /// <summary>Tasks per second that arrive and that are handed out.</summary>
    public float AddRate { get; init; }

    public float DispatchRate { get; init; }

    /// <summary>Tasks wait although workers do, for the sake of a rate limit.</summary>
    public bool RateLimited { get; init; }

    /// <summary>What workers set as the queue's rate, or null.</summary>
    public double? WorkerRate { get; init; }
}
