namespace Orchestrator.Pipelines.Scheduling;

/// <summary>A run starts when files of a source have arrived or changed.</summary>
public sealed record ArrivalTrigger
{
    /// <summary>The source that is watched.</summary>
    public required string Source { get; init; }

    /// <summary>Time between two listings. Default: 1 minute.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a file has to stay unchanged before it counts. Default: zero.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>Folder with notification files, one per arrived object, read between listings. Default: null, listings only.</summary>
    public string? Notifications { get; init; }
}
