namespace Temporal.DevServer.History;

/// <summary>How a workflow task stands in history.</summary>
internal enum WorkflowTaskKind
{
    /// <summary>Its Scheduled and Started events are stored.</summary>
    Normal,

    /// <summary>A further attempt: its events are only shown to the worker, and stored when it completes.</summary>
    Transient,

    /// <summary>Made for an update: stored only if it leads to anything.</summary>
    Speculative,
}
