namespace Temporal.DevServer.Simulation;

/// <summary>What the server said yes to, and the caller heard it: none of it may be missing afterwards.</summary>
internal sealed class Acknowledged
{
    /// <summary>Run ids of starts.</summary>
    public HashSet<string> Starts { get; } = new(StringComparer.Ordinal);

    /// <summary>Signals by their name, which is used once, with the workflow id.</summary>
    public Dictionary<string, string> Signals { get; } = new(StringComparer.Ordinal);

    /// <summary>Accepted updates with their run.</summary>
    public Dictionary<string, string> AcceptedUpdates { get; } = new(StringComparer.Ordinal);

    /// <summary>Results of activities, each used once, with the run.</summary>
    public Dictionary<string, string> ActivityResults { get; } = new(StringComparer.Ordinal);

    /// <summary>Workflow tasks: the run and the started event.</summary>
    public HashSet<(string RunId, long StartedEventId)> WorkflowTasks { get; } = [];
}
