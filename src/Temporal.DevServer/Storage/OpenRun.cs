namespace Temporal.DevServer.Storage;

/// <summary>What a start has to know of an open run before it looks into it.</summary>
internal sealed record OpenRun(long StoreId, string NamespaceId, string WorkflowId, string RunId)
{
    /// <summary>When the run has to be looked at next.</summary>
    public DateTime? Deadline { get; init; }

    /// <summary>Something in the run may wait for a worker.</summary>
    public bool WaitsForWorker { get; init; }
}
