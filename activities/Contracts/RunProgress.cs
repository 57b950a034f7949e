namespace Orchestrator.Activities.Contracts;

/// <summary>Answer of the query <c>progress</c>.</summary>
public sealed record RunProgress
{
    /// <summary>What the run is doing now: <c>plan</c>, <c>land</c>, a dataset with its step, <c>record</c>, <c>done</c>.</summary>
    public required string Step { get; init; }

    /// <summary>Datasets that wait for a decision, each with what is broken, or with the input whose decision they wait for. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Held { get; init; } = new Dictionary<string, string>();

    /// <summary>What the run waits for and why: permits of concurrency groups, inputs that are held. Default: nothing.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];

    /// <summary>Steps that are finished, oldest first.</summary>
    public required IReadOnlyList<string> Done { get; init; }
}
