namespace Orchestrator.Pipelines.Scheduling;

/// <summary>What starts a pipeline besides its schedule and people.</summary>
public sealed record TriggerSpec
{
    /// <summary>Nothing.</summary>
    public static TriggerSpec None { get; } = new();

    /// <summary>Published inputs. Default: null.</summary>
    public DataTrigger? Data { get; init; }

    /// <summary>Arriving files, by source.</summary>
    public IReadOnlyDictionary<string, ArrivalTrigger> Arrivals { get; init; } = new Dictionary<string, ArrivalTrigger>();
}
