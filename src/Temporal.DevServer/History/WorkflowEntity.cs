namespace Temporal.DevServer.History;

/// <summary>All runs of one workflow id that are in memory. One lock serialises everything that happens to the id.</summary>
internal sealed class WorkflowEntity(string namespaceId, string workflowId)
{
    public string NamespaceId { get; } = namespaceId;

    public string WorkflowId { get; } = workflowId;

    public Lock Gate { get; } = new();

    public Dictionary<string, WorkflowRun> Runs { get; } = new(StringComparer.Ordinal);

    /// <summary>The latest run, once known.</summary>
    public WorkflowRun? Current { get; set; }

    /// <summary>No longer in the registry: whoever holds it looks again.</summary>
    public bool Evicted { get; set; }
}
