namespace Temporal.DevServer.Matching;

/// <summary>What a task in a queue stands for.</summary>
internal enum QueueTaskKind
{
    /// <summary>A workflow task.</summary>
    Workflow,

    /// <summary>An activity attempt.</summary>
    Activity,

    /// <summary>A query that is answered outside of workflow tasks.</summary>
    Query,
}

/// <summary>
/// A pointer to work of a run. It carries no state: whether the work is still wanted is decided against the run when a worker takes it,
/// so duplicates and leftovers are harmless.
/// </summary>
internal sealed record QueueTask
{
    public required QueueTaskKind Kind { get; init; }

    public required string NamespaceId { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    /// <summary>The normal queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The sticky queue to try first, or empty.</summary>
    public string StickyQueue { get; init; } = "";

    public long ScheduledEventId { get; init; }

    public int Attempt { get; init; }

    public int Stamp { get; init; }

    public string QueryId { get; init; } = "";

    /// <summary>1 (first) to 5; 0 counts as 3.</summary>
    public int Priority { get; init; }

    /// <summary>Tasks of one priority are shared out between their keys.</summary>
    public string FairnessKey { get; init; } = "";

    /// <summary>The key's share; 0 counts as 1.</summary>
    public float FairnessWeight { get; init; }

    public DateTime Created { get; init; }
}
